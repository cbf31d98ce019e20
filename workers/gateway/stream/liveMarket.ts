/**
 * The market of one contract as it comes from the hub `mbo_raw`, with what the live worker says of it, for any number of screens. The trade
 * date is that of the newest packet: when a later one comes, its session takes the place of the one before.
 */
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { earliestEventPosition, type EventHubConsumerClient, type EventPosition } from '@azure/event-hubs';
import { currentFeatures } from '../../../activities/stages/currentSettings';
import { previousDayOf } from '../../../activities/stages/inputs';
import { openingBookOf } from '../../../activities/stages/session';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { Alert } from '../../../graph/screen/alert';
import { encodeFrame } from '../../../graph/screen/marketFrame';
import type { MessageOf } from '../../../graph/screen/messages';
import type { Product } from '../../../graph/products/profile';
import { RecentPrints } from '../../../graph/screen/prints';
import { Tape } from '../../../graph/screen/tape';
import type { ProcessesAnswer } from '../../../graph/api/processes';
import type { FeatureSettings } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import { partitionOf } from '../../eventHubs/partitionOf';
import { hubFailure } from '../../eventHubs/sdkError';
import { nowMs } from '../../live/clock';
import { ContractProgress } from '../../live/contractProgress';
import { arrivals } from '../../live/packetSource';
import { followedFeatures } from '../../live/savedProgress';
import { isPoison } from '../../live/placed';
import { GatewayMetrics } from '../gatewayMetrics';
import { beginningOfDate, newestTradeDate, tradeDateOfPacket } from './hubContents';
import type { FrameKind, Outlet, Watch } from './outlet';
import { ResultsRead } from './resultsRead';
import { helloOf, summaryOf } from './told';

/** Time between frames. */
const FRAME_MS = 50;
const STATUS_MS = 1000;
/** Work without a pause: frames are sent and requests answered in between. */
const PIECE_MS = 20;
/** Before the hub is asked again for what was not there, or failed. */
const AGAIN_MS = 1000;

/** Where a trade date begins in the hub. */
interface Beginning {
  readonly tradeDate: string;
  readonly from: EventPosition;
  /** The saved book it begins with; without, it comes of what is in the hub before. */
  readonly openingBook?: Uint8Array;
}

export interface LiveMarketOptions {
  readonly lake: Lake;
  readonly features: FeatureSettings;
  readonly contract: string;
  readonly product: Product;
  /** Of the hub `mbo_raw`; it is closed with the market, as the other is. */
  readonly consumer: EventHubConsumerClient;
  /** Of the hub `inference_results`. */
  readonly results: EventHubConsumerClient;
  /** Told when nobody watches any more what nothing has come of. */
  readonly onUnused: () => void;
  /** Told of every alert; again when its answer comes later. */
  readonly onAlert: (alert: Alert) => void;
  /** Told of what goes wrong; it is tried again. */
  readonly onFault: (error: unknown) => void;
  readonly metrics?: GatewayMetrics;
}

export class LiveMarket {
  private readonly screens = new Set<LiveWatch>();
  /** Watches that have not ended, begun or not. */
  private watches = 0;
  private readonly stop = new AbortController();
  private readonly running: Promise<void>;
  private readonly timers: NodeJS.Timeout[];
  private tape: Tape | undefined;
  private recent = new RecentPrints();
  private number = 0;
  private toldEntries = 0;
  private drawn = -1;
  /** Records are on their way that came before the gateway did. */
  private catchingUp = true;
  private lagMs: number | null = null;
  /** When the hub took the last records that were read, ms of this machine's clock. */
  private newsAt: number | undefined;
  private detail: string | null = null;
  private readonly metrics: GatewayMetrics;
  /** When the hub took what is in no frame yet, ms of this machine's clock. */
  private unshown: number | undefined;

  constructor(private readonly options: LiveMarketOptions) {
    this.metrics = options.metrics ?? new GatewayMetrics();
    this.running = this.run();
    this.timers = [setInterval(() => this.show(), FRAME_MS), setInterval(() => this.tellStatus(), STATUS_MS)];
  }

  watch(outlet: Outlet): Watch {
    const introduce = (screen: LiveWatch) => this.introduce(screen);
    this.watches++;
    const left = () => {
      this.watches--;
      if (this.watches === 0 && !this.tape) this.options.onUnused();
    };
    return new LiveWatch(outlet, this.screens, introduce, () => this.tape, left);
  }

  /** How it is now. */
  now(): ProcessesAnswer['hub']['markets'][number] {
    const { state, at, lagMs, detail } = this.status();
    const { contract } = this.options;
    return {
      contract,
      state,
      detail,
      at: at === null ? null : String(this.tape!.frame.origin.absolute(at)),
      lagMs,
    };
  }

  async close(): Promise<void> {
    this.stop.abort();
    for (const timer of this.timers) clearInterval(timer);
    await this.running;
    await Promise.all([this.options.consumer.close(), this.options.results.close()]);
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    let next: Beginning | undefined;
    while (!signal.aborted)
      try {
        const beginning = next ?? (await this.beginning());
        next = undefined;
        if (beginning) next = await this.follow(beginning);
        else this.detail = `nothing of ${this.options.contract} is in mbo_raw`;
        if (!next) await sleep(AGAIN_MS, undefined, { signal });
      } catch (failure) {
        if (signal.aborted) return;
        const error = hubFailure(failure) ?? failure;
        this.detail = error instanceof Error ? error.message : String(error);
        this.options.onFault(error);
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
  }

  /** Where to begin with the newest trade date; undefined where there is none. */
  private async beginning(): Promise<Beginning | undefined> {
    const { lake, contract, product, consumer } = this.options;
    const tradeDate = await newestTradeDate(consumer, contract, product);
    if (tradeDate === undefined) return undefined;
    const key = { contract, trade_date: tradeDate };
    const openingBook = await openingBookOf(lake, key, this.stop.signal);
    // Without the book it began with, all that came before has to be followed.
    if (!openingBook) return { tradeDate, from: earliestEventPosition };
    const sequenceNumber = await beginningOfDate(consumer, contract, product, tradeDate);
    return { tradeDate, from: { sequenceNumber, isInclusive: true }, openingBook };
  }

  /** Follows a trade date until one after it begins. @returns where that does */
  private async follow({ tradeDate, from, openingBook }: Beginning): Promise<Beginning | undefined> {
    const { lake, features, contract, product, consumer, results } = this.options;
    const inputs = {
      contract,
      tradeDate,
      openingBook,
      settings:
        (await followedFeatures(lake.store, contract, tradeDate, features)) ??
        (await currentFeatures(lake, features)),
      previousDay: await previousDayOf(lake, contract, tradeDate),
    };
    const progress = new ContractProgress(inputs, DATASET_GRAPH, product.tickNanos);
    const partition = await partitionOf(consumer, contract);
    const answered = new ResultsRead(results, contract, tradeDate, (error) => this.options.onFault(error));
    const { signal } = this.stop;
    this.catchingUp = true;
    let tape: Tape | undefined;
    try {
      for await (const arrived of arrivals({ consumer, partition, from, signal })) {
        let paused = performance.now();
        for (const { key, event: placed } of arrived.events) {
          if (key !== contract || isPoison(placed)) continue;
          progress.take(placed);
          const events = progress.news();
          const { records } = progress.takePart();
          const opening = progress.takeOpening();
          if (records.length > 0 && !tape)
            this.begin((tape = new Tape({ ...progress.frame, openingBook: opening?.state })));
          for (const batch of records) tape!.records(batch, 0, batch.length);
          tape?.events(events);
          if (records.length > 0) this.newsAt = arrived.enqueuedAt;
          this.unshown ??= arrived.enqueuedAt;
          const of = tradeDateOfPacket(placed.packet, product);
          if (tape && of > tradeDate)
            return {
              tradeDate: of,
              from: { sequenceNumber: placed.sequence, isInclusive: true },
              openingBook: tape.view.savedBook(),
            };
          if (performance.now() - paused < PIECE_MS) continue;
          await immediate();
          paused = performance.now();
        }
        // What came before the gateway did was late for no fault of the market's.
        if (arrived.enqueuedAt !== undefined && !this.catchingUp)
          this.lagMs = Math.max(0, Math.round(nowMs() - arrived.enqueuedAt));
        if (tape)
          for (const result of answered.upTo(tape.frame.origin.absolute(tape.at))) tape.answer(result);
        this.detail = null;
        if (arrived.caughtUp) this.catchingUp = false;
      }
    } finally {
      await answered.close();
    }
    return undefined;
  }

  /** Another session: every screen begins anew. */
  private begin(tape: Tape): void {
    this.tape = tape;
    this.recent = new RecentPrints();
    this.toldEntries = 0;
    for (const screen of this.screens) this.introduce(screen);
  }

  private introduce(screen: LiveWatch): void {
    const { tape } = this;
    screen.outlet.message(this.status());
    if (!tape) return;
    screen.outlet.message(helloOf(tape.frame, 'live'));
    // Of what comes next all screens are told together.
    for (const message of summaryOf(tape.log.slice(0, this.toldEntries))) screen.outlet.message(message);
    screen.outlet.message({ kind: 'ready', at: Number.isNaN(tape.at) ? null : tape.at });
    screen.whole();
  }

  private show(): void {
    const { tape } = this;
    if (!tape) return;
    const news = tape.log.slice(this.toldEntries);
    this.toldEntries = tape.log.length;
    for (const { message } of news) if (message.kind === 'alert') this.options.onAlert(message.alert);
    if (news.length > 0)
      for (const message of summaryOf(news)) for (const { outlet } of this.screens) outlet.message(message);
    const { view } = tape;
    const changed = view.records !== this.drawn;
    const waiting = [...this.screens].some((screen) => screen.wantsWhole);
    if (!changed && !waiting) return;
    this.drawn = view.records;
    this.recent.add(view.prints.values);
    const number = this.number++;
    let changes: Uint8Array<ArrayBuffer> | undefined;
    let whole: Uint8Array<ArrayBuffer> | undefined;
    for (const screen of this.screens)
      if (screen.outlet.isBusy) screen.leaveOut();
      else if (screen.wantsWhole || view.replaced)
        screen.show((whole ??= encodeFrame(view, number, true, this.recent.values)), 'whole');
      else screen.show((changes ??= encodeFrame(view, number, false)), 'changes');
    view.taken();
    const shown = whole ?? changes;
    if (changed && shown && this.unshown !== undefined && !this.catchingUp)
      this.metrics.shown((nowMs() - this.unshown) / 1000);
    this.unshown = undefined;
  }

  private tellStatus(): void {
    const status = this.status();
    for (const { outlet } of this.screens) outlet.message(status);
  }

  private status(): MessageOf<'status'> {
    const { tape, catchingUp, detail, lagMs, newsAt } = this;
    const at = tape && !Number.isNaN(tape.at) ? tape.at : null;
    return {
      kind: 'status',
      state: at === null ? 'waiting' : catchingUp ? 'preparing' : 'live',
      at,
      end: null,
      speed: null,
      lagMs,
      quietMs: catchingUp || newsAt === undefined ? null : Math.max(0, nowMs() - newsAt),
      progress: null,
      detail,
    };
  }
}

/** One of the screens. */
class LiveWatch implements Watch {
  wantsWhole = true;
  private ended = false;

  constructor(
    readonly outlet: Outlet,
    private readonly screens: Set<LiveWatch>,
    private readonly introduce: (screen: LiveWatch) => void,
    private readonly tape: () => Tape | undefined,
    private readonly left: () => void,
  ) {}

  begin(): void {
    this.introduce(this);
    this.screens.add(this);
  }

  whole(): void {
    this.wantsWhole = true;
  }

  depth(from: number, to: number, seconds: number): void {
    const tape = this.tape();
    if (tape) this.outlet.frame(tape.depth.encode(from, to, seconds), 'depth');
  }

  show(frame: Uint8Array<ArrayBuffer>, kind: FrameKind): void {
    this.wantsWhole = false;
    this.outlet.frame(frame, kind);
  }

  leaveOut(): void {
    this.wantsWhole = true;
    this.outlet.leftOut();
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.screens.delete(this);
    this.left();
  }
}
