/**
 * One contract on one trade date, followed message by message: the operators run as the records come, approaches and touches are announced
 * at once, and what has been computed goes into the lake part by part.
 *
 * Events come in lanes, each in the order of its sequence numbers: those of the contract, those about its product's options, and what the
 * feed has set aside. The contract's lead: `needsOptions` says when events about options come first, so that it makes no difference which
 * partition is faster. After a crash another session of the same lake goes on from the part kept last (`savedProgress.ts`), and the same
 * rows and results come of the same events.
 */
import type { Context } from '@opentelemetry/api';
import { currentFeatures } from '../../activities/stages/currentSettings';
import { requireUnbuilt } from '../../activities/publishing/lastBuilds';
import { newStream } from '../../activities/publishing/streamedLayer';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { PriceRange } from '../../graph/levels/priceRange';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { SessionFrame } from '../../graph/session/inputs';
import type { SessionEvent } from '../../graph/session/operators';
import type { FeatureSettings } from '../../graph/settings';
import { StateReader, StateWriter } from '../../graph/state/codec';
import type { VectorEvent } from '../../graph/vectors/vectorBuilder';
import type { Lake } from '../../lake/lake';
import { asPartOf, processing, traced, underWay } from '../observing/tracing';
import { ContractProgress, type Positions, type SeenPositions } from './contractProgress';
import type { FeedCounts } from './feedTally';
import { RAW_HUB } from './hubLetters';
import { KeptAnswers } from './keptAnswers';
import { LayersFollowed } from './layersFollowed';
import type { Persistence } from './persistence';
import type { PlacedEvent } from './placed';
import { SavedProgress } from './savedProgress';
import { SessionParts, type CutPart } from './sessionParts';

/**
 * Says and publishes what there is to say of a touch or an approach; the same may come again after a restart.
 * @param received when the message that completed the vector came in, ns UTC; 0 where the end of the session did
 * @returns what was published of it, by whichever worker was first; undefined where nothing is said
 */
export type Announce = (
  event: VectorEvent,
  frame: SessionFrame,
  received: bigint,
) => Promise<InferenceResult | undefined>;

/** Records of a backlog after which it is looked what became known: of fewer, rows come in pieces that cost more than they hold. */
const STRETCH = 16_384;

export interface LiveSessionOptions {
  readonly lake: Lake;
  readonly graph: DatasetGraph;
  /** As configured: a session that begins takes the levels that are chosen then, one that goes on those it began with. */
  readonly features: FeatureSettings;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  readonly previousDay?: PriceRange;
  /**
   * @param stream whose approaches and touches are to be announced
   * @param requireOwn fails where another worker has taken the session over: nothing is to be published then
   */
  readonly announcer: (stream: string, requireOwn: () => Promise<void>) => Promise<Announce>;
  readonly run: { readonly workflowId: string; readonly runId: string };
  /** Told how long a part took to be written and its state to be kept, seconds, and the last event of the contract in it. */
  readonly kept?: (seconds: number, upTo: number) => void;
  /** What is done while the lake's disk is full. */
  readonly persistence?: Persistence;
  /** Begin anew, whatever a worker before this one has left, or a build has published. */
  readonly again?: boolean;
  /** Take the place of what a build has published, and go on with what a worker before this one has left. */
  readonly overBuilt?: boolean;
}

export class LiveSession {
  /** Of the events whose news have not been looked for: when the first came in, ns UTC, and the trace of the last. */
  private unseen: { readonly since: bigint; readonly trace: Context } | undefined;
  /** What is said of touches and approaches since the last part. */
  private announced: Promise<InferenceResult | undefined>[] = [];

  private constructor(
    /** Names the run of parts and results that this session goes on with, or begins. */
    readonly stream: string,
    private readonly progress: ContractProgress,
    private readonly parts: SessionParts,
    private readonly announceEvent: Announce,
  ) {}

  /**
   * Goes on where the session was left, or begins it. A worker that follows it meets Fenced from then on.
   * @throws SpymasterError CorruptState if what was kept is of other code or settings; BadArgument if the date is built already
   */
  static async open(options: LiveSessionOptions): Promise<LiveSession> {
    const { lake, graph, contract, tradeDate, previousDay, run } = options;
    const saved = new SavedProgress(lake.store, contract, tradeDate);
    // Before anything is read: whoever followed the session so far changes nothing after this.
    await saved.claim();
    if (options.again) await saved.forget();
    const [kept, intended] = await Promise.all([saved.state(), saved.intended()]);
    if (!kept && !options.again && !options.overBuilt) await requireUnbuilt(lake, contract, tradeDate);
    const { product } = lake.products.contractOf(contract, tradeDate);
    const now = await currentFeatures(lake, options.features);
    const settings = kept ? await saved.begunWith(kept, now) : now;
    if (!kept) await saved.beginWith(settings);
    const inputs = { contract, tradeDate, settings, previousDay };
    const progress = new ContractProgress(inputs, graph, product.tickNanos);
    const { stream, part } = kept ? restore(kept.bytes, progress) : { stream: newStream(), part: 0 };
    const datasets = () => progress.datasets;
    const layers = await LayersFollowed.begin(lake, graph, progress.frame, { stream, run, datasets });
    const answers = await KeptAnswers.begin(lake, progress.frame, { stream, run });
    const parts = new SessionParts(
      layers,
      answers,
      saved,
      stream,
      part,
      intended,
      options.kept,
      options.persistence,
    );
    const announce = await options.announcer(stream, () => saved.requireOwn());
    const opened = new LiveSession(stream, progress, parts, announce);
    // Before anything is published: whoever comes next knows the stream by name.
    if (!kept) await saved.keep(opened.save());
    if (parts.toRedo) progress.apart = parts.toRedo.apart;
    await opened.redoIfDue();
    return opened;
  }

  get frame(): SessionFrame {
    return this.progress.frame;
  }

  get counts(): Readonly<FeedCounts> {
    return this.progress.counts;
  }

  /** Sequence number of the last event of the contract taken; -1 before the first. */
  get position(): number {
    return this.progress.positions.contract;
  }

  /** The same of every lane. */
  get positions(): Positions {
    return this.progress.positions;
  }

  /** From where on events have to come that have not been taken. */
  get beginnings(): Positions {
    return this.progress.beginnings;
  }

  /** Everything up to there has been taken: a worker after this one need not look. */
  noteSeen(seen: SeenPositions): void {
    this.progress.noteSeen(seen);
  }

  /** Whether the options lag so far behind that they are not waited for. */
  get isApart(): boolean {
    return this.progress.apart;
  }

  /** Whether anything of the trade date has come. */
  get hasBegun(): boolean {
    return this.progress.hasBegun;
  }

  /** Whether the session is over, and all of it written. */
  get isOver(): boolean {
    return this.progress.isOver;
  }

  /** Records that wait to be written. */
  get waiting(): number {
    return this.progress.waiting;
  }

  /** Whether a part is being written: another one would wait for it. */
  get isWriting(): boolean {
    return this.parts.isWriting;
  }

  /** Whether a build has taken the contract-date over: touches are answered, but no rows are written. */
  get isTakenOver(): boolean {
    return this.parts.isTakenOver;
  }

  /**
   * Whether events about options have to be taken before an event of the contract: those that it says came before it, or those that a part
   * which is written again had.
   * @param event the next of the contract; undefined where none is to be taken
   */
  needsOptions(event?: PlacedEvent): boolean {
    const { toRedo } = this.parts;
    if (toRedo && this.position >= toRedo.upTo) return this.positions.options < toRedo.options;
    return event !== undefined && event.sequence > this.position && this.progress.needsOptions(event);
  }

  /**
   * Takes an event of the contract; one that has been taken is left, and so is a packet of another contract.
   * @param more whether others wait behind it: what became known is then announced together, by `look` or after some thousand records
   * @throws whatever kept the last part from being written
   */
  async take(event: PlacedEvent, more = false): Promise<void> {
    this.parts.requireSound();
    const { sequence, received, origin } = event;
    if (sequence <= this.position || this.isOver) return;
    if (this.parts.toRedo && sequence > this.parts.toRedo.upTo) await this.redo();
    const what = { 'spymaster.contract': this.frame.contract, 'spymaster.sequence': sequence };
    processing(RAW_HUB, origin, what, () => {
      this.progress.take(event);
      this.unseen = { since: this.unseen?.since ?? received, trace: underWay() };
      if (!more || this.progress.pending >= STRETCH) this.look();
    });
    await this.redoIfDue();
  }

  /** Announces what has become known by what was taken. */
  look(): void {
    const { unseen } = this;
    if (!unseen) return;
    this.unseen = undefined;
    asPartOf(unseen.trace, () => this.announce(this.progress.news(), unseen.since));
  }

  /** Takes an event about options; one that has been taken is left. */
  async takeOption(event: PlacedEvent): Promise<void> {
    this.parts.requireSound();
    if (event.sequence <= this.positions.options || this.isOver) return;
    this.progress.takeOption(event);
    await this.redoIfDue();
  }

  /** Takes an event of what the feed has set aside; one that has been taken is left. */
  takeAside(event: PlacedEvent): void {
    this.parts.requireSound();
    if (event.sequence > this.positions.aside && !this.isOver) this.progress.takeAside(event);
  }

  /**
   * The options are not waited for any more, or they are again: a part ends there.
   * @returns whether it is so; a part that is written again is as it was
   */
  async setApart(apart: boolean): Promise<boolean> {
    if (this.parts.toRedo) return false;
    await this.cut();
    this.progress.apart = apart;
    return true;
  }

  /** Begins to write what has come since the last part; resolves when the part before it is written. */
  async cut(): Promise<void> {
    if (!this.parts.toRedo) await this.begin(false);
  }

  /** Resolves when all parts that were cut are written and kept. */
  settled(): Promise<void> {
    return this.parts.settled();
  }

  /** Writes what there is, so that another worker goes on from here. */
  async suspend(): Promise<void> {
    if (!this.isOver) await this.cut();
    await this.settled();
  }

  /** The session is over: outcomes that are open end with the data. */
  async end(): Promise<void> {
    if (this.parts.toRedo) await this.redo();
    await this.settled();
    if (this.isOver) return;
    await this.begin(true);
    await this.settled();
  }

  /** Writes the part again that was intended and maybe not written. */
  private async redo(): Promise<void> {
    await this.begin(this.parts.toRedo!.final);
    await this.settled();
  }

  private async redoIfDue(): Promise<void> {
    const { toRedo } = this.parts;
    if (toRedo && this.position >= toRedo.upTo && !this.needsOptions()) await this.redo();
  }

  private begin(final: boolean): Promise<void> {
    const { contract: upTo, options } = this.positions;
    const { apart } = this.progress;
    return this.parts.begin({ upTo, options, apart, final }, () => this.cutPart(final));
  }

  private cutPart(final: boolean): CutPart {
    this.look();
    if (final) this.announce(this.progress.end(), 0n);
    const captured = this.progress.takePart();
    const opening = this.progress.takeOpening();
    const checks = this.progress.checks();
    const answered = this.announced;
    this.announced = [];
    return { captured, opening, checks, state: this.save(), answered };
  }

  private announce(events: readonly SessionEvent[], received: bigint): void {
    for (const event of events)
      if (event.kind === 'vector' || event.kind === 'approach_vector') {
        const name = event.kind === 'vector' ? 'touch' : 'approach';
        const about = { 'spymaster.episode': event.vector.episode.id };
        const announcing = traced(name, about, () => this.announceEvent(event, this.frame, received));
        this.announced.push(
          announcing.catch((error: unknown) => {
            this.parts.fail(error);
            return undefined;
          }),
        );
      }
  }

  private save(): Uint8Array {
    const out = new StateWriter();
    out.section('live', 4);
    out.text(this.stream);
    out.unsigned(this.parts.last);
    this.progress.save(out);
    return out.finish();
  }
}

/** @throws SpymasterError CorruptState */
function restore(kept: Uint8Array, progress: ContractProgress): { stream: string; part: number } {
  const from = new StateReader(kept);
  from.section('live', 4);
  const left = { stream: from.text(), part: from.unsigned() };
  progress.restore(from);
  from.end();
  return left;
}
