/**
 * One contract on one trade date, followed message by message: the operators run as the records come, touches are answered at once, and
 * what has been computed goes into the lake part by part.
 *
 * Messages are those of one partition, in the order of their sequence numbers. After a crash another session of the same lake goes on from
 * the part kept last (`savedProgress.ts`), and the same rows and results come of the same messages.
 */
import { LastBuilds } from '../../activities/publishing/lastBuilds';
import { newStream } from '../../activities/publishing/streamedLayer';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { layersOf } from '../../graph/datasets/layers';
import { contractDate } from '../../graph/datasets/units';
import { DbnDecoder } from '../../graph/dbn/decoder';
import { fileMetadata } from '../../graph/dbn/metadata';
import { SpymasterError } from '../../graph/errors';
import type { Packet } from '../../graph/feed/packet';
import type { PriceRange } from '../../graph/levels/priceRange';
import type { MboBatch } from '../../graph/records/mbo';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { SessionFrame } from '../../graph/session/inputs';
import type { SessionEvent } from '../../graph/session/operators';
import type { FeatureSettings } from '../../graph/settings';
import { saveState } from '../../graph/state/blob';
import { StateReader, StateWriter } from '../../graph/state/codec';
import { RawSession } from '../../graph/stream/rawSession';
import type { EpisodeVector } from '../../graph/vectors/vectorBuilder';
import type { Lake } from '../../lake/lake';
import type { Answers } from './answers';
import { LayersFollowed, type OpeningBook } from './layersFollowed';
import { Repeats } from './repeats';
import { SavedProgress, type IntendedPart } from './savedProgress';
import { SessionCapture, type CapturedPart } from './sessionCapture';

/** A packet of the feed, and its place in the partition. */
export interface PlacedPacket {
  /** Rises from event to event. */
  readonly sequence: number;
  readonly packet: Packet;
  /** When it came in, ns UTC. */
  readonly received: bigint;
}

/** What became of the packets so far. */
export interface FeedCounts {
  packets: number;
  records: number;
  /** Sent more than once by the feed, and left out. */
  duplicates: number;
  /** Records that a feed that was started anew sent again: left out as well. */
  repeated: number;
  /** Packets that never came, and gaps the feed told of. */
  missing: number;
}

export interface LiveSessionOptions {
  readonly lake: Lake;
  readonly graph: DatasetGraph;
  readonly features: FeatureSettings;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  readonly previousDay?: PriceRange;
  readonly answers: Pick<Answers, 'of'>;
  /** Where results go. */
  readonly publish: (result: InferenceResult) => Promise<void>;
  readonly run: { readonly workflowId: string; readonly runId: string };
  /** Begin anew, whatever a worker before this one has left, or a build has published. */
  readonly again?: boolean;
}

/** What a worker before this one has left. */
interface Left {
  readonly stream: string;
  readonly part: number;
  readonly last: number;
  readonly run: bigint;
  readonly next: number;
  readonly openingWritten: boolean;
  readonly ended: boolean;
  readonly counts: FeedCounts;
}

const NOTHING_LEFT: Omit<Left, 'stream'> = {
  part: 0,
  last: -1,
  run: 0n,
  next: 0,
  openingWritten: false,
  ended: false,
  counts: { packets: 0, records: 0, duplicates: 0, repeated: 0, missing: 0 },
};

/** Packets carry no metadata: they say what is needed of it. */
const RECORDS_ALONE = { dataset: '', schema: null, start: 0n, end: null, symbols: [] };

export class LiveSession {
  readonly counts: FeedCounts;
  private readonly decoders = new Map<string, DbnDecoder>();
  /** Names the run of parts and results that this session goes on with, or begins. */
  readonly stream: string;
  private last: number;
  private part: number;
  /** The feed's run whose packets come, and the number of the next. */
  private run: bigint;
  private next: number;
  private openingWritten: boolean;
  private ended: boolean;
  /** Whether a build has taken the contract-date over: nothing more is written of it. */
  private takenOver = false;
  private writing: Promise<void> | undefined;
  private failure: unknown;
  private readonly answering = new Set<Promise<void>>();

  private constructor(
    private readonly options: LiveSessionOptions,
    private readonly session: RawSession,
    private readonly repeats: Repeats,
    private readonly capture: SessionCapture,
    private readonly layers: LayersFollowed,
    private readonly progress: SavedProgress,
    left: Left,
    /** The part that a worker before this one has begun to write. */
    private intended: IntendedPart | undefined,
  ) {
    this.stream = left.stream;
    this.part = left.part;
    this.last = left.last;
    this.run = left.run;
    this.next = left.next;
    this.openingWritten = left.openingWritten;
    this.ended = left.ended;
    this.counts = { ...left.counts };
  }

  /**
   * Goes on where the session was left, or begins it.
   * @throws SpymasterError CorruptState if what was kept is of other code or settings; BadArgument if the date is built already
   */
  static async open(options: LiveSessionOptions): Promise<LiveSession> {
    const { lake, graph, features: settings, contract, tradeDate, previousDay, run } = options;
    const progress = new SavedProgress(lake.store, contract, tradeDate);
    if (options.again) await progress.forget();
    const [kept, intended] = await Promise.all([progress.state(), progress.intended()]);
    if (!kept && !options.again) await requireUnbuilt(lake, contract, tradeDate);
    const { product } = lake.products.contractOf(contract, tradeDate);
    const capture = new SessionCapture(product.tickNanos);
    const session = new RawSession(
      { contract, tradeDate, settings, previousDay },
      graph.computations,
      capture,
    );
    const repeats = new Repeats();
    const left = kept
      ? restore(new StateReader(kept), session, repeats)
      : { ...NOTHING_LEFT, stream: newStream() };
    const layers = await LayersFollowed.begin(lake, graph, session.frame, { stream: left.stream, run });
    const begun = intended?.stream === left.stream && intended.part === left.part + 1 ? intended : undefined;
    const opened = new LiveSession(options, session, repeats, capture, layers, progress, left, begun);
    // Before anything is published: whoever comes next knows the stream by name.
    if (!kept) await progress.keep(opened.save());
    if (begun && begun.upTo <= left.last) await opened.redo();
    return opened;
  }

  get frame(): SessionFrame {
    return this.session.frame;
  }

  /** Sequence number of the last packet taken; -1 before the first. */
  get position(): number {
    return this.last;
  }

  /** Whether anything of the trade date has come. */
  get hasBegun(): boolean {
    return this.session.hasBegun;
  }

  /** Whether the session is over, and all of it written. */
  get isOver(): boolean {
    return this.ended;
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.capture.records;
  }

  /** Whether a build has taken the contract-date over: touches are answered, but no rows are written. */
  get isTakenOver(): boolean {
    return this.takenOver;
  }

  /**
   * Takes a packet; one that has been taken is left, and so is one of another contract.
   * @throws SpymasterError CorruptDbn; whatever kept the last part from being written
   */
  async take(placed: PlacedPacket): Promise<void> {
    this.requireSound();
    if (placed.sequence <= this.last || this.ended) return;
    if (this.intended && placed.sequence > this.intended.upTo) await this.redo();
    this.last = placed.sequence;
    if (placed.packet.contract === this.options.contract) this.follow(placed);
    if (this.intended?.upTo === placed.sequence) await this.redo();
  }

  /** Begins to write what has come since the last part; resolves when the part before it is written. */
  async cut(): Promise<void> {
    if (this.intended) return;
    await this.settled();
    await this.begin(false);
  }

  /** Resolves when all parts that were cut are written and kept. */
  async settled(): Promise<void> {
    await this.writing;
    this.requireSound();
  }

  /** Writes what there is, so that another worker goes on from here. */
  async suspend(): Promise<void> {
    if (!this.ended) await this.cut();
    await this.settled();
  }

  /** The session is over: outcomes that are open end with the data. */
  async end(): Promise<void> {
    if (this.intended) await this.redo();
    await this.settled();
    if (this.ended) return;
    await this.begin(true);
    await this.settled();
  }

  private follow({ packet, sequence, received }: PlacedPacket): void {
    if (!this.isNew(packet)) return;
    this.counts.packets++;
    if (packet.kind !== 'records') {
      this.counts.missing++;
      return;
    }
    this.counts.records += packet.count;
    this.capture.place({ source: 'mbo_raw', offset: sequence });
    this.decoderOf(packet).push(packet.records);
    this.note(this.session.take(), received);
  }

  /** Packets of a run are numbered: one that comes again is left out, and those that are skipped are missed. */
  private isNew({ run, number }: Packet): boolean {
    if (run === this.run && number < this.next) {
      this.counts.duplicates++;
      return false;
    }
    // The first of a run may have come before the session was followed.
    if (run === this.run) this.counts.missing += number - this.next;
    else this.repeats.beginRun();
    this.run = run;
    this.next = number + 1;
    return true;
  }

  /** Writes the part again that was intended and maybe not written. */
  private async redo(): Promise<void> {
    const { final } = this.intended!;
    this.intended = undefined;
    await this.begin(final);
    await this.settled();
  }

  private async begin(final: boolean): Promise<void> {
    const part = this.part + 1;
    await this.progress.intend({ stream: this.stream, part, upTo: this.last, final });
    this.part = part;
    if (final) this.note(this.session.end(), 0n);
    this.ended = final;
    const captured = this.capture.take();
    const opening = this.opening();
    const state = this.save();
    this.writing = this.write(part, captured, opening, state, [...this.answering]).catch((error: unknown) => {
      this.failure ??= error;
    });
  }

  private async write(
    part: number,
    captured: CapturedPart,
    opening: OpeningBook | undefined,
    state: Uint8Array,
    answered: readonly Promise<void>[],
  ): Promise<void> {
    if (!this.takenOver) this.takenOver = !(await this.layers.write(part, captured, opening));
    // What a state says is behind it has been answered.
    await Promise.all(answered);
    this.requireSound();
    await this.progress.keep(state);
  }

  private note(events: readonly SessionEvent[], received: bigint): void {
    this.capture.add(events);
    for (const event of events) if (event.kind === 'vector') this.answer(event.vector, received);
  }

  private answer(vector: EpisodeVector, received: bigint): void {
    const { answers, publish } = this.options;
    const answering = answers
      .of(vector, this.frame, received)
      .then(publish)
      .catch((error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => this.answering.delete(answering));
    this.answering.add(answering);
  }

  private decoderOf({ dbnVersion: version, tsOut }: Packet): DbnDecoder {
    const key = `${version} ${tsOut}`;
    let decoder = this.decoders.get(key);
    if (!decoder) {
      const metadata = fileMetadata({ ...RECORDS_ALONE, version, tsOut });
      const mbo = (batch: MboBatch) => this.push(batch);
      this.decoders.set(key, (decoder = new DbnDecoder({ mbo }, { metadata })));
    }
    return decoder;
  }

  private push(batch: MboBatch): void {
    const from = this.repeats.countIn(batch);
    this.counts.repeated += from;
    this.repeats.note(batch, from);
    if (from < batch.length) this.session.push({ kind: 'records', batch, from, to: batch.length });
  }

  /** The book at the start of the window, once: as soon as the window has begun. */
  private opening(): OpeningBook | undefined {
    if (this.openingWritten || !this.session.hasBegun) return undefined;
    this.openingWritten = true;
    const { openingBook } = this.session;
    return openingBook && { orders: openingBook.orderCount, state: saveState(openingBook) };
  }

  private save(): Uint8Array {
    const out = new StateWriter();
    const { packets, records, duplicates, repeated, missing } = this.counts;
    out.section('live', 2);
    out.text(this.stream);
    out.unsigned(this.part);
    out.unsigned(this.last + 1);
    out.signed(this.run);
    out.unsigned(this.next);
    out.boolean(this.openingWritten);
    out.boolean(this.ended);
    out.doubles([packets, records, duplicates, repeated, missing]);
    this.repeats.save(out);
    this.session.save(out);
    return out.finish();
  }

  private requireSound(): void {
    if (this.failure) throw this.failure;
  }
}

/** What is published is whole: a session that is followed would take its place row by row. */
async function requireUnbuilt(lake: Lake, contract: string, tradeDate: string): Promise<void> {
  const builds = await LastBuilds.read(lake);
  const partition = contractDate(contract, tradeDate);
  if (!layersOf('contract-date').some((layer) => builds.of(layer, partition)?.status === 'published')) return;
  throw new SpymasterError('BadArgument', `${contract} ${tradeDate} is built already`, {
    field: 'date',
    expected: 'a date that is not, or --again to follow it all the same: its rows are replaced then',
  });
}

/** @throws SpymasterError CorruptState */
function restore(from: StateReader, session: RawSession, repeats: Repeats): Left {
  from.section('live', 2);
  const left = {
    stream: from.text(),
    part: from.unsigned(),
    last: from.unsigned() - 1,
    run: from.signed(),
    next: from.unsigned(),
    openingWritten: from.boolean(),
    ended: from.boolean(),
  };
  const [packets, records, duplicates, repeated, missing] = from.doubles(5);
  repeats.restore(from);
  session.restore(from);
  from.end();
  return { ...left, counts: { packets, records, duplicates, repeated, missing } };
}
