/**
 * Market-by-order records as columns: the form in which the DBN decoder, the lake and the operators exchange them.
 *
 * 64-bit columns exist twice over the same bytes: as BigInt arrays for edges and storage, and as pairs of 32-bit words
 * (`[2i]` low, `[2i + 1]` high; the machine must be little-endian) for the hot path, where a BigInt per record would
 * cost more than the record itself.
 */

/** What a record does (DBN `action`, an ASCII letter). T and F never change the book; the C or M that follows does. */
export const Action = {
  Add: 0x41,
  Cancel: 0x43,
  Fill: 0x46,
  Modify: 0x4d,
  None: 0x4e,
  Clear: 0x52,
  Trade: 0x54,
} as const;

/** Side of the resting order, or of the aggressor on a trade (DBN `side`, an ASCII letter). */
export const Side = { Ask: 0x41, Bid: 0x42, None: 0x4e } as const;

/** DBN flag bits. Test bits, never equality: venues set others beside them. */
export const Flag = {
  Last: 128,
  TopOfBook: 64,
  Snapshot: 32,
  Mbp: 16,
  BadTsRecv: 8,
  MaybeBadBook: 4,
  PublisherSpecific: 2,
} as const;

/** Whether a record's capture time can be relied on; that of a snapshot, flagged as well, is when its file begins. */
export const tellsTime = (flags: number): boolean =>
  (flags & (Flag.BadTsRecv | Flag.Snapshot)) !== Flag.BadTsRecv;

/** DBN's "no price": i64::MAX in 1e-9 units. */
export const UNDEF_PRICE = 0x7fff_ffff_ffff_ffffn;

const BYTES_PER_ROW = 8 * 4 + 4 * 4 + 2 + 4;

/**
 * Up to `capacity` MBO records, column by column, over one backing buffer (so a batch crosses threads in one piece).
 *
 * Units: times in ns since the Unix epoch (UTC), prices in 1e-9 of the quote currency, sizes in lots.
 */
export class MboBatch {
  length = 0;

  /** Matching-engine time, ns. */
  readonly tsEvent: BigUint64Array;
  readonly tsEventWords: Uint32Array;
  /** Capture time, ns: what a live system would have known, and when. */
  readonly tsRecv: BigUint64Array;
  readonly tsRecvWords: Uint32Array;
  readonly orderId: BigUint64Array;
  readonly orderIdWords: Uint32Array;
  /** Price in 1e-9 units, `UNDEF_PRICE` where there is none. */
  readonly price: BigInt64Array;
  readonly priceWords: Uint32Array;

  readonly instrumentId: Uint32Array;
  /** Lots. */
  readonly size: Uint32Array;
  readonly sequence: Uint32Array;
  /** ns between the engine's send time and `tsRecv`. */
  readonly tsInDelta: Int32Array;
  readonly publisherId: Uint16Array;
  readonly flags: Uint8Array;
  readonly channelId: Uint8Array;
  readonly action: Uint8Array;
  readonly side: Uint8Array;

  constructor(
    readonly capacity: number,
    readonly buffer: ArrayBufferLike = new ArrayBuffer(MboBatch.bytes(capacity)),
  ) {
    const n = capacity;
    let at = 0;
    const take = (bytes: number) => (at += bytes) - bytes;
    const wide = () => take(8 * n);
    const eventAt = wide();
    const recvAt = wide();
    const orderAt = wide();
    const priceAt = wide();
    this.tsEvent = new BigUint64Array(buffer, eventAt, n);
    this.tsEventWords = new Uint32Array(buffer, eventAt, 2 * n);
    this.tsRecv = new BigUint64Array(buffer, recvAt, n);
    this.tsRecvWords = new Uint32Array(buffer, recvAt, 2 * n);
    this.orderId = new BigUint64Array(buffer, orderAt, n);
    this.orderIdWords = new Uint32Array(buffer, orderAt, 2 * n);
    this.price = new BigInt64Array(buffer, priceAt, n);
    this.priceWords = new Uint32Array(buffer, priceAt, 2 * n);
    this.instrumentId = new Uint32Array(buffer, take(4 * n), n);
    this.size = new Uint32Array(buffer, take(4 * n), n);
    this.sequence = new Uint32Array(buffer, take(4 * n), n);
    this.tsInDelta = new Int32Array(buffer, take(4 * n), n);
    this.publisherId = new Uint16Array(buffer, take(2 * n), n);
    this.flags = new Uint8Array(buffer, take(n), n);
    this.channelId = new Uint8Array(buffer, take(n), n);
    this.action = new Uint8Array(buffer, take(n), n);
    this.side = new Uint8Array(buffer, take(n), n);
  }

  /** Bytes a backing buffer needs for `capacity` records. */
  static bytes(capacity: number): number {
    return BYTES_PER_ROW * capacity;
  }
}
