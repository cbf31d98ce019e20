/** How long after the matching engine records were captured: a histogram fine enough for quantiles, small enough to keep. */

/** Bins a factor of two. */
const PER_OCTAVE = 8;
const OCTAVES = 48;

export class LatencyHistogram {
  private readonly bins = new Float64Array(PER_OCTAVE * OCTAVES);
  private count = 0;
  /** Records captured before the engine's time: a clock is wrong. */
  negative = 0;
  /** Longest, ns. */
  longest = NaN;

  /** @param ns capture time less engine time */
  add(ns: number): void {
    if (ns < 0) {
      this.negative++;
      return;
    }
    this.count++;
    if (!(ns <= this.longest)) this.longest = ns;
    this.bins[Math.min(Math.floor(PER_OCTAVE * Math.log2(ns + 1)), this.bins.length - 1)]++;
  }

  /** Upper end of the bin in which a share of the records lie at or below, ns, within 9 %; NaN without records. */
  quantile(share: number): number {
    if (this.count === 0) return NaN;
    let below = 0;
    let bin = -1;
    while (below < share * this.count) below += this.bins[++bin];
    return Math.min(2 ** ((bin + 1) / PER_OCTAVE) - 1, this.longest);
  }
}
