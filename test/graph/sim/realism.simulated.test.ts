/**
 * The simulated market's figures against the real one's, at two sizes. As a command: it runs compiled, much faster.
 *
 * Wanted are the ranges below of many sessions. Of these few they hold where the volatility of the weeks is that of many: realised
 * volatility of a hundred sessions has a standard error of a tenth, which moves CHOP by three points. So the seed is one whose first 40 and
 * 150 sessions have the mean, deviation and persistence of volatility that thousands have. What remains is the sampling error of the
 * touches: a point to two of a share, which are the tolerances.
 */
import { REAL_ES, type MarketFigures } from '../../../graph/sim/realism';
import { temporaryFolder } from '../../support/lake';
import { documentOf, spymaster } from '../../support/spymaster';

async function figuresOf(events: number, days: number): Promise<MarketFigures> {
  const market = ['--from', '2024-03-12', '--days', `${days}`, '--events', `${events}`, '--seed', '164'];
  const plain = ['--strength', '0', '--no-options', '--report', '--json'];
  const run = await spymaster({}, 'simulate', '--out', temporaryFolder(), ...market, ...plain);
  return documentOf<{ figures: MarketFigures }>(run).figures;
}

describe.each([
  { size: 'small', events: 300_000, days: 40 },
  { size: 'thinnest', events: 60_000, days: 150 },
])('simulated sessions, $size', ({ events, days }) => {
  let figures: MarketFigures;
  beforeAll(async () => {
    figures = await figuresOf(events, days);
  });
  type Figure = keyof Omit<MarketFigures, 'chopsByVolatility'>;
  const within = (figure: Figure, least: number, most: number) => {
    expect([figure, figures[figure] >= least]).toEqual([figure, true]);
    expect([figure, figures[figure] <= most]).toEqual([figure, true]);
  };
  const near = (figure: Figure, tolerance: number) =>
    within(figure, REAL_ES[figure] - tolerance, REAL_ES[figure] + tolerance);

  it('touch levels as often, and end as often in BREAK, REJECT and CHOP', () => {
    within('touches', 18, 28);
    near('breaks', 0.035);
    near('rejects', 0.035);
    near('chops', 0.03);
  });

  it('break levels no more often than a martingale does', () => {
    within('breakBias', -0.015, 0.015);
  });

  it('neither trend nor return', () => {
    within('varianceRatio', 0.9, 1);
  });

  it('have its regimes of volatility', () => {
    within('volatilityVariation', 0.4, 0.55);
    within('volatilityPersistence', 0.45, 0.65);
    within('absoluteReturnPersistence', 0.2, 0.35);
    // A fifth more on average than in the sample of real days.
    within('variance', 1, 1.7);
  });

  it('leave touches undecided where they are calm', () => {
    const { chopsByVolatility: chops } = figures;
    chops.slice(1).forEach((share, k) => expect(share).toBeLessThan(chops[k]));
    expect(chops[0]).toBeGreaterThan(0.55);
    expect(chops[4]).toBeLessThan(0.03);
  });
});
