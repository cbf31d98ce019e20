/** The session that is shown: all that the stream has told of it, and what is drawn from it. */
import { ticksToPoints } from '../../../graph/market/points';
import { NS_PER_SECOND } from '../../../graph/market/time';
import type { DepthColumns } from '../../../graph/screen/depthHistory';
import type { MarketFrame } from '../../../graph/screen/marketFrame';
import type { MessageOf, ScreenMessage, ScreenRequest } from '../../../graph/screen/messages';
import { PrintKind, PrintMark } from '../../../graph/screen/prints';
import { ShownMarket } from '../../../graph/screen/shownMarket';
import { centre } from '../alerts/alerts';
import { priceText } from '../figures/prices';
import { observable } from '../shell/observable';
import { Bars } from './bars';
import { withOwn } from './ownLevels';
import { StreamConnection, type StreamListener } from './connection';
import { DepthMemory } from './depthMemory';
import { PrintMemory, type Print } from './printMemory';

export type Hello = MessageOf<'hello'>;
export type Status = MessageOf<'status'>;
export type Level = MessageOf<'levels'>['levels'][number];
/** Without the price, which is beside it. */
export const levelName = (id: string): string => id.split('@')[0];
export type Answer = MessageOf<'answer'>['result'];
export type Episode = MessageOf<'episode'> & {
  outcome?: MessageOf<'outcome'>;
  decision?: 'BREAK' | 'REJECT';
};

/** Before a market is asked for again that was not there. */
export const AGAIN_MS = 5000;
/** How much of the past the heatmap is asked for, seconds. */
const DEPTH_PAST = 3600;

export class ShownSession implements StreamListener {
  readonly hello = observable<Hello | undefined>(undefined);
  readonly status = observable<Status | undefined>(undefined);
  readonly levels = observable<readonly Level[]>([]);
  readonly episodes = observable<readonly Episode[]>([]);
  readonly answers = observable<readonly Answer[]>([]);
  /** What went wrong last; undefined when all is well. */
  readonly failure = observable<string | undefined>(undefined);
  /** Since when the gateway is away, ms since 1970. */
  readonly lostAt = observable<number | undefined>(undefined);
  /** Rises with every frame. */
  readonly frames = observable(0);
  /** Rises when everything has to be drawn anew: another session, or another time of it. */
  readonly beginnings = observable(0);
  market = new ShownMarket();
  bars = new Bars(5);
  readonly heat = new DepthMemory();
  readonly prints = new PrintMemory();
  /** When the market changed last, ms since 1970, by what the gateway tells: also before it was looked at. */
  newsAt: number | undefined;
  /** How far the market was behind the clock when it changed last, ms; 0 before that is known. */
  behindMs = 0;
  private toldRecords = -1;
  /** How fast a replay played that the connection was lost of; undefined where it stood still. */
  private goesOnAt: number | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly connection: StreamConnection;
  private toldLevels: readonly Level[] = [];
  private ownPrices: readonly number[] = [];
  private waiting = false;
  /** Whether what comes is new: everything before has been told. */
  private told = false;

  constructor(private readonly opening: () => ScreenRequest) {
    this.connection = new StreamConnection(() => this.whereItWas(), this);
  }

  ask(request: ScreenRequest): void {
    this.connection.ask(request);
  }

  again(): void {
    this.connection.again();
  }

  end(): void {
    clearTimeout(this.retry);
    this.connection.end();
  }

  /** @param prices of one's own that are chosen now, points */
  own(prices: readonly number[]): void {
    this.ownPrices = prices;
    this.showLevels();
  }

  /** Whether the session knows a level, and so answers it. */
  knows(level: string): boolean {
    return this.toldLevels.some(({ id }) => id === level);
  }

  /** Time that is shown, ns since the origin; NaN before anything is. */
  get now(): number {
    return this.market.frame?.eventAt ?? NaN;
  }

  /** Where a replay is, ns UTC; undefined for a live market, and before it is known. */
  get moment(): string | undefined {
    const hello = this.hello.get();
    const at = this.status.get()?.at;
    if (hello?.mode !== 'replay' || at === null || at === undefined) return undefined;
    return String(BigInt(hello.origin) + BigInt(Math.round(at)));
  }

  /** ms since 1970 of a time of the session. */
  msOf(t: number): number {
    const origin = this.hello.get()?.origin;
    return origin === undefined ? NaN : Number(BigInt(origin) / 1_000_000n) + t / 1e6;
  }

  /** Price in points of ticks. */
  points(ticks: number): number {
    return ticksToPoints(ticks, this.hello.get()?.product.tickNanos ?? 0);
  }

  /** A price, or a difference of prices, of ticks as it is shown. */
  priceText(ticks: number): string {
    return priceText(this.points(ticks), this.hello.get()?.product.tickNanos);
  }

  connected(lostAt: number | undefined): void {
    this.lostAt.set(lostAt);
  }

  depth(columns: DepthColumns): void {
    this.heat.add(columns);
    this.frames.set(this.frames.get() + 1);
  }

  message(message: ScreenMessage): void {
    switch (message.kind) {
      case 'hello':
        this.forget();
        this.bars = new Bars(message.barSeconds);
        this.failure.set(undefined);
        return this.hello.set(message);
      case 'bars':
        return void this.bars.add(message);
      case 'levels':
        this.toldLevels = message.levels;
        return this.showLevels();
      case 'episode':
        return this.episodes.set([...this.episodes.get().filter(({ id }) => id !== message.id), message]);
      case 'decision':
        return this.change(message.episode, { decision: message.decision });
      case 'outcome':
        return message.primary ? this.change(message.episode, { outcome: message }) : undefined;
      case 'answer':
        return this.answers.set([
          ...this.answers.get().filter(({ id }) => id !== message.result.id),
          message.result,
        ]);
      case 'alert':
        return void centre.take(message.alert, {
          replayed: this.hello.get()?.mode === 'replay',
          news: this.told,
        });
      case 'ready':
        return this.ready(message.at);
      case 'status':
        return this.tellStatus(message);
      case 'error':
        this.askAgainLater();
        return this.failure.set(message.message);
    }
  }

  frame(frame: MarketFrame): void {
    if (this.market.take(frame) === 'gap') {
      if (!this.waiting) this.ask({ do: 'whole' });
      this.waiting = true;
      return;
    }
    this.waiting = false;
    if (frame.records !== this.toldRecords) this.changed(frame);
    if (frame.whole) this.forgetPrintsFrom(frame.prints[0]);
    for (const print of this.prints.add(frame.prints)) this.count(print);
    if (!Number.isNaN(frame.capturedAt)) this.heat.see(frame.capturedAt, this.market);
    this.frames.set(this.frames.get() + 1);
  }

  /** What is asked for when it is connected: a replay goes on where it was. */
  private whereItWas(): ScreenRequest {
    const request = this.opening();
    const at = this.moment;
    if (request.do !== 'replay' || at === undefined) return request;
    const { state, speed } = this.status.get()!;
    this.goesOnAt = state === 'playing' ? (speed ?? 1) : undefined;
    return { ...request, at };
  }

  private changed({ records, capturedAt }: MarketFrame): void {
    // How old the first is only the gateway knows.
    const isFirst = this.toldRecords < 0;
    const quietMs = isFirst ? (this.status.get()?.quietMs ?? undefined) : 0;
    this.toldRecords = records;
    if (quietMs === undefined) this.newsAt = Date.now();
    else this.came(Date.now() - quietMs, capturedAt);
  }

  /** @param at when the latest records did, ms since 1970 */
  private came(at: number, capturedAt: number): void {
    this.newsAt = at;
    if (!Number.isNaN(capturedAt)) this.behindMs = Math.max(0, at - this.msOf(capturedAt));
  }

  /** There may be a market later where there is none yet. */
  private askAgainLater(): void {
    const request = this.opening();
    if (request.do !== 'live' || this.hello.get()) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.ask(request), AGAIN_MS);
  }

  private showLevels(): void {
    this.levels.set(withOwn(this.toldLevels, this.ownPrices, this.hello.get()));
  }

  private ready(at: number | null): void {
    this.told = true;
    this.beginnings.set(this.beginnings.get() + 1);
    this.askDepth(at);
    if (this.goesOnAt !== undefined) this.ask({ do: 'play', speed: this.goesOnAt });
    this.goesOnAt = undefined;
  }

  private tellStatus(status: Status): void {
    const before = this.status.get()?.state;
    this.status.set(status);
    const { frame } = this.market;
    if (status.quietMs !== null && frame) this.came(Date.now() - status.quietMs, frame.capturedAt);
    // While it was caught up, whole minutes passed from one frame to the next.
    if (before === 'preparing' && status.state === 'live') this.askDepth(status.at);
  }

  /** How depth lay before a time. */
  private askDepth(at: number | null): void {
    if (at === null) return;
    this.heat.clear();
    this.ask({ do: 'depth', from: at - DEPTH_PAST * NS_PER_SECOND, to: at, seconds: 1 });
  }

  /** What is told again takes the place of what was told before. @param t of the first print that is; undefined without any */
  private forgetPrintsFrom(t: number | undefined): void {
    if (t === undefined) return;
    this.bars.open = undefined;
    for (const print of this.prints.forgetFrom(t)) this.count(print);
  }

  /** Counts a trade into the bar that is open. */
  private count({ t, price, lots, kind }: Print): void {
    if ((kind & PrintMark.Refresh) !== 0) return;
    const way = kind & 3;
    const bought = way === PrintKind.Buy ? lots : way === PrintKind.Sell ? -lots : 0;
    this.bars.trade(t, price, lots, bought);
  }

  private change(id: string, change: Partial<Episode>): void {
    this.episodes.set(
      this.episodes.get().map((episode) => (episode.id === id ? { ...episode, ...change } : episode)),
    );
  }

  /** Another session, or another time of the same one, takes the place of what is shown. */
  private forget(): void {
    this.told = false;
    this.toldRecords = -1;
    this.market = new ShownMarket();
    this.prints.clear();
    this.heat.clear();
    this.toldLevels = [];
    this.levels.set([]);
    this.episodes.set([]);
    this.answers.set([]);
  }
}
