/** Strikes by their distance from a price: one band at it, three on either side. */

/** From the lowest strikes to the highest. */
export const BANDS = ['below_3', 'below_2', 'below_1', 'at', 'above_1', 'above_2', 'above_3'] as const;

const AT = 3;

export class StrikeBands {
  /** Points. */
  private readonly edges: readonly number[];

  /**
   * @param bandTicks outer edges of the band at the price and of the first to third away from it, ticks
   * @param tick points per tick
   */
  constructor(bandTicks: readonly number[], tick: number) {
    this.edges = bandTicks.map((ticks) => ticks * tick);
  }

  /** Farthest distance of a strike that is in any band, points. */
  get reach(): number {
    return this.edges[AT];
  }

  /** Index into `BANDS`, or -1 beyond the last. Edges belong to the inner band on both sides, so bands mirror. */
  bandOf(strike: number, price: number): number {
    const distance = Math.abs(strike - price);
    for (let ring = 0; ring <= AT; ring++)
      if (distance <= this.edges[ring]) return strike > price ? AT + ring : AT - ring;
    return -1;
  }
}
