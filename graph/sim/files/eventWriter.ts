/**
 * Writes venue events as MBO rows: times, packets, sequence numbers and flags as the capture of CME's feed has them.
 *
 * An event goes out in packets. Every packet has its own sequence number and capture time; all rows of an event have the
 * engine's one time, and only its last row carries F_LAST.
 */
import { Action, Flag, MboBatch, Side, UNDEF_PRICE } from '../../records/mbo';
import { CAPTURE_DELAY, PACKET_GAP, SEND_DELAY, SEQUENCE_STEP } from '../calibration';
import type { Quantiles } from '../../random/distributions';
import type { Random } from '../../random/random';

const TWO_POW_32 = 4294967296;
const PUBLISHER = 1;
/** The highest word of CME's order ids in these years: 1493 x 2^32 = 6.41e12. */
const ID_HIGH = 1493;
/** Rows that fit one packet. */
const PACKET_ROWS = 40;
/** Capture times of two packets differ by at least this, ns. */
const PACKET_SPACING = 400;
const ORDINARY = Flag.Last | Flag.PublisherSpecific;
const SNAPSHOT = Flag.Snapshot | Flag.BadTsRecv;
const UNDEF_LOW = Number(UNDEF_PRICE & 0xffff_ffffn);
const UNDEF_HIGH = Number(UNDEF_PRICE >> 32n);

/** Origin of the simulation's times: whole 2^32 ns, so that the low word of a time is that of its offset. */
export function alignedOrigin(ns: bigint): bigint {
  return (ns >> 32n) << 32n;
}

/** Where batches come from. A batch the writer hands out is the receiver's until it gives it back to its source. */
export type BatchSource = () => MboBatch;

export class EventWriter {
  /** Batches that are full, oldest first. */
  readonly ready: MboBatch[] = [];
  /** Rows written, snapshots aside. */
  rows = 0;
  sequence = 0;
  /** Capture time of the last row, ns since the origin. */
  lastReceived = 0;
  /** Capture times stay below this: the end of the file. */
  receivedLimit = Infinity;

  private batch: MboBatch;
  private event = 0;
  private received = 0;
  private sendDelay = 0;
  private inPacket = 0;
  private readonly originHigh: number;

  /**
   * @param origin an `alignedOrigin`, ns since the Unix epoch
   * @param tickNanos 1e-9 of a point a tick
   */
  constructor(
    private readonly instrumentId: number,
    origin: bigint,
    private readonly tickNanos: number,
    /** Ticks added to prices within the simulation. */
    private readonly zero: number,
    private readonly random: Random,
    private readonly source: BatchSource,
  ) {
    this.originHigh = Number(origin >> 32n);
    this.batch = source();
    this.batch.length = 0;
  }

  /** Begins an event. @param t engine time, ns since the origin @param delay how long it takes to the capture */
  begin(t: number, delay: Quantiles = CAPTURE_DELAY): void {
    this.event = t;
    this.capture(t + Math.floor(delay.draw(this.random)));
  }

  /** What follows goes out in the next packet of the event. */
  packet(): void {
    this.capture(this.received + Math.floor(PACKET_GAP.draw(this.random)));
  }

  private capture(at: number): void {
    this.received = Math.min(Math.max(at, this.lastReceived + PACKET_SPACING), this.receivedLimit - 1);
    this.lastReceived = this.received;
    this.sendDelay = Math.floor(SEND_DELAY.draw(this.random));
    this.sequence = (this.sequence + SEQUENCE_STEP.draw(this.random)) >>> 0;
    this.inPacket = 0;
  }

  /** @param id offset of the order's id; NaN for none @param price ticks @param size lots */
  row(action: number, side: number, id: number, price: number, size: number): void {
    if (this.inPacket++ === PACKET_ROWS) this.packet();
    this.put(action, side, id, price, size, this.event, this.received, this.sequence);
    this.batch.tsInDelta[this.batch.length - 1] = this.sendDelay;
    this.rows++;
  }

  /** Ends the event. @param auction auction events lack the venue's own flag */
  end(auction = false): void {
    this.batch.flags[this.batch.length - 1] = auction ? Flag.Last : ORDINARY;
  }

  /** Begins a snapshot with its clear. @param first engine time of its first order */
  clear(first: number, received: number): void {
    this.put(Action.Clear, Side.None, NaN, NaN, 0, first, received, 0);
    this.batch.flags[this.batch.length - 1] = SNAPSHOT;
    this.lastReceived = Math.max(this.lastReceived, received);
  }

  snapshotOrder(
    side: number,
    id: number,
    price: number,
    size: number,
    pricedAt: number,
    pricedIn: number,
    received: number,
    last: boolean,
  ): void {
    this.put(Action.Add, side, id, price, size, pricedAt, received, pricedIn);
    this.batch.flags[this.batch.length - 1] = last ? SNAPSHOT | Flag.Last : SNAPSHOT;
  }

  /** Moves what is written so far to `ready`. */
  flush(): void {
    if (this.batch.length === 0) return;
    this.ready.push(this.batch);
    this.batch = this.source();
    this.batch.length = 0;
  }

  private put(
    action: number,
    side: number,
    id: number,
    price: number,
    size: number,
    event: number,
    received: number,
    sequence: number,
  ): void {
    if (this.batch.length === this.batch.capacity) this.flush();
    const { batch } = this;
    const row = batch.length++;
    const wide = 2 * row;
    // `x >>> 0` is the low word of any whole double.
    const eventLow = event >>> 0;
    batch.tsEventWords[wide] = eventLow;
    batch.tsEventWords[wide + 1] = this.originHigh + (event - eventLow) / TWO_POW_32;
    const receivedLow = received >>> 0;
    batch.tsRecvWords[wide] = receivedLow;
    batch.tsRecvWords[wide + 1] = this.originHigh + (received - receivedLow) / TWO_POW_32;
    const hasId = id === id;
    batch.orderIdWords[wide] = hasId ? id : 0;
    batch.orderIdWords[wide + 1] = hasId ? ID_HIGH : 0;
    if (price === price) {
      const nanos = (price - this.zero) * this.tickNanos;
      const low = nanos >>> 0;
      batch.priceWords[wide] = low;
      batch.priceWords[wide + 1] = (nanos - low) / TWO_POW_32;
    } else {
      batch.priceWords[wide] = UNDEF_LOW;
      batch.priceWords[wide + 1] = UNDEF_HIGH;
    }
    batch.instrumentId[row] = this.instrumentId;
    batch.size[row] = size;
    batch.sequence[row] = sequence;
    batch.tsInDelta[row] = 0;
    batch.publisherId[row] = PUBLISHER;
    batch.flags[row] = 0;
    batch.channelId[row] = 0;
    batch.action[row] = action;
    batch.side[row] = side;
  }
}
