/**
 * The price in the middle of the ladder: it stays where it is while the market is well within, so that prices can be read.
 * @param held what it was; undefined at first @param market ticks @param reach ticks from the middle that are shown on either side
 */
export const heldMiddle = (held: number | undefined, market: number, reach: number): number =>
  held === undefined || Math.abs(market - held) > reach / 2 ? market : held;
