/**
 * The simulated market's figures against the real one's, at two sizes. As a command: it runs compiled, much faster.
 *
 * Tolerances are some two standard errors of so many sessions (touches of one session count as the cluster they are, and
 * calm days follow calm days), and beyond them what is known to differ at the smallest size. The seed is one whose few weeks are
 * neither wild nor calm.
 */
import { REAL_ES, type MarketFigures } from '../../../graph/sim/realism';
import { temporaryFolder } from '../../support/lake';
import { documentOf, spymaster } from '../../support/spymaster';

async function figuresOf(events: number, days: number): Promise<MarketFigures> {
  const market = ['--from', '2024-03-12', '--days', `${days}`, '--events', `${events}`, '--seed', '101'];
  const plain = ['--strength', '0', '--no-options', '--report', '--json'];
  const run = await spymaster({}, 'simulate', '--out', temporaryFolder(), ...market, ...plain);
  return documentOf<{ figures: MarketFigures }>(run).figures;
}

describe.each([
  { size: 'small', events: 300_000, days: 20, extraChops: 0 },
  // The book of a thin market has gaps, over which prints leap.
  { size: 'thinnest', events: 60_000, days: 40, extraChops: 0.04 },
])('simulated sessions, $size', ({ events, days, extraChops }) => {
  let figures: MarketFigures;
  beforeAll(async () => {
    figures = await figuresOf(events, days);
  });
  const near = (figure: keyof Omit<MarketFigures, 'chopsByVolatility'>, tolerance: number) =>
    expect(Math.abs(figures[figure] - REAL_ES[figure])).toBeLessThan(tolerance);

  it('touch levels as often, and end as often in BREAK, REJECT and CHOP', () => {
    near('touches', 5);
    near('breaks', 0.05);
    near('rejects', 0.06 + extraChops);
    near('chops', 0.07 + extraChops);
  });

  it('break levels no more often than a martingale does', () => {
    expect(Math.abs(figures.breakBias)).toBeLessThan(0.045);
  });

  it('neither trend nor return', () => {
    // Wanted is .9 to 1; of so few sessions the standard error is .04 to .05.
    expect(figures.varianceRatio).toBeGreaterThan(0.82);
    expect(figures.varianceRatio).toBeLessThan(1.08);
  });

  it('have its regimes of volatility', () => {
    near('volatilityVariation', 0.15);
    near('volatilityPersistence', 0.25);
    near('absoluteReturnPersistence', 0.14);
    near('variance', 0.4);
  });

  it('leave touches undecided where they are calm', () => {
    const { chopsByVolatility: chops } = figures;
    chops.slice(1).forEach((share, k) => expect(share).toBeLessThan(chops[k]));
    expect(chops[0]).toBeGreaterThan(0.45);
    expect(chops[4]).toBeLessThan(0.1);
  });
});
