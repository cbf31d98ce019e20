/**
 * The simulated market's figures against the real one's, at two sizes. Tolerances are some two standard errors of so many sessions
 * (touches of one session count as the cluster they are), and beyond them what is known to differ at the
 * smallest size. The seed is one whose few weeks are neither wild nor calm.
 */
import { MarketObserver, REAL_ES, type MarketFigures } from '../../../graph/sim/realism';
import { observed } from '../../../graph/sim/observed';
import { Simulation } from '../../../graph/sim/simulation';
import { ES, PRODUCTS } from '../../support/products';
import { poolOf, REQUEST } from './simulated';

function figuresOf(events: number, days: number): MarketFigures {
  const pool = poolOf(16_384);
  const request = { ...REQUEST, from: '2024-03-12', days, events, strength: 0, seed: 101 };
  const observer = new MarketObserver(ES);
  for (const output of observed(new Simulation(request, pool, PRODUCTS), observer))
    if (output.kind === 'mbo') pool.give(output.batch);
  return observer.figures();
}

describe.each([
  { size: 'small', events: 300_000, days: 30, extraChops: 0 },
  // The book of a thin market has gaps, over which prints leap.
  { size: 'thinnest', events: 60_000, days: 40, extraChops: 0.04 },
])('simulated sessions, $size', ({ events, days, extraChops }) => {
  let figures: MarketFigures;
  beforeAll(() => {
    figures = figuresOf(events, days);
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
    expect(figures.varianceRatio).toBeGreaterThan(0.83);
    expect(figures.varianceRatio).toBeLessThan(1.03);
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
