/** Databento's live data as one stream that outlives its connections. */
import {
  ErrorCode,
  UNDEF_TIMESTAMP,
  isoTime,
  viewRecord,
  type DbnMetadata,
  type DbnRecord,
} from '../../../graph/dbn';
import { viewOf } from '../../../graph/dbn/fields';
import { SpymasterError } from '../../../graph/errors';
import { backoffMs, pause, wallClock, type Backoff, type Clock } from '../clock';
import type { ApiKey } from '../protocol/apiKey';
import { subscriptionLines, type Subscription } from '../protocol/subscription';
import type { Gap, GapReason, LiveEvent, LiveItem } from './items';
import { isControl, StreamPosition, timeOf } from './position';
import { LiveSession } from './session';
import { SnapshotProgress } from './snapshotProgress';

export interface LiveOptions {
  key: ApiKey;
  /** `GLBX.MDP3`. A session has one. */
  dataset: string;
  /** Databento's gateway of the dataset by default. */
  host?: string;
  port?: number;
  /** Whether records carry the gateway's send time. */
  tsOut?: boolean;
  /** Seconds without a record after which the gateway says that it is alive: 5 to 1800. */
  heartbeatSeconds?: number;
  /** What the gateway does when records are not taken in time; its own default if left out. */
  slowReader?: 'warn' | 'skip';
  /** What the client calls itself. */
  client?: string;
  /** After a lost connection: `replay` what was missed (default), or take a new `snapshot` of the book, which leaves a gap. */
  resume?: 'replay' | 'snapshot';
  /** How to wait between connections, and after how many failures in a row to give up; false never connects again. */
  reconnect?: (Backoff & { attempts: number }) | false;
  /** Whether a session that the gateway ends between two records is the end of the stream, as it is of a replayed file. */
  stopAtEnd?: boolean;
  onEvent?: (event: LiveEvent) => void;
  clock?: Clock;
  /** From 0 to 1. */
  random?: () => number;
}

export const LIVE_PORT = 13_000;
const DEFAULT_RECONNECT = { firstMs: 500, mostMs: 30_000, attempts: 200 };
/**
 * How far before the last record a replay begins. A gateway replays by ts_event, which is earlier than ts_recv by the way from the
 * exchange; the client cuts by ts_recv.
 */
const REPLAY_MARGIN_NS = 2_000_000_000n;

/** `glbx-mdp3.lsg.databento.com`. */
export const liveHost = (dataset: string): string =>
  `${dataset.toLowerCase().replaceAll('.', '-')}.lsg.databento.com`;

/**
 * A live session, and those after it when it breaks: iterate over it to get runs of records in the bytes the gateway sent. While nothing is
 * asked for the gateway waits, and in the end says that the reader is slow.
 *
 * What was missed between two connections is replayed, and each record comes once; where that cannot be, a `Gap` comes between the
 * records.
 */
export class LiveClient implements AsyncIterable<LiveItem> {
  private readonly options: Required<Omit<LiveOptions, 'slowReader'>> & Pick<LiveOptions, 'slowReader'>;
  private readonly subscriptions: Subscription[] = [];
  private readonly stopping = new AbortController();
  private readonly position = new StreamPosition();
  private readonly snapshots = new SnapshotProgress();
  private session: LiveSession | null = null;
  /** What was lost before the next record, once it comes. */
  private pendingGap: { reason: GapReason; from: bigint } | null = null;
  private replayRefused = false;
  /** From when on there may be records that an earlier client has not read, until a replay of them is through. */
  private seenFrom: bigint | undefined;
  /** Where the first replay begins, while nothing of it has come. */
  private expected: bigint | undefined;
  private replaying = false;

  constructor(options: LiveOptions) {
    const { dataset } = options;
    this.options = {
      ...options,
      host: options.host ?? liveHost(dataset),
      port: options.port ?? LIVE_PORT,
      tsOut: options.tsOut ?? false,
      heartbeatSeconds: options.heartbeatSeconds ?? 30,
      client: options.client ?? 'spymaster',
      resume: options.resume ?? 'replay',
      reconnect: options.reconnect ?? DEFAULT_RECONNECT,
      stopAtEnd: options.stopAtEnd ?? false,
      onEvent: options.onEvent ?? (() => {}),
      clock: options.clock ?? wallClock,
      random: options.random ?? Math.random,
    };
  }

  /**
   * Asks for records. Once the session runs no `start` is taken.
   * @throws SpymasterError BadArgument for what no gateway takes
   */
  subscribe(subscription: Subscription): void {
    if (this.session && subscription.start !== undefined)
      throw new SpymasterError(
        'BadArgument',
        'the session runs: a subscription from a start on comes before',
        {
          field: 'start',
        },
      );
    const lines = subscriptionLines(subscription);
    this.subscriptions.push(subscription);
    if (this.session) {
      this.snapshots.begin([subscription]);
      this.session.send(lines);
    }
  }

  /**
   * Tells what an earlier client has read, before the first session: it goes on behind that, as after a lost connection. Called again it
   * tells what another one has read after that, some of it a second time.
   * @param bytes whole records, in order within each series; all there were from some time on is enough, such as the last seconds
   * @param since that time, ns UTC, where series may have no record since; by default that of the first record
   */
  alreadySeen(bytes: Uint8Array, since?: bigint): void {
    const { position } = this;
    if (position.begun) position.beginReplay();
    else if (since !== undefined) position.startFrom(since);
    this.seenFrom ??= since;
    const view = viewOf(bytes);
    for (let at = 0; at < bytes.length; at += bytes[at] * 4)
      if (!isControl(bytes[at + 1])) position.take(view, at);
    position.endReplay();
  }

  /** Says that the gateway no longer has what an earlier client had not read: the stream begins with a snapshot, and a gap before it. */
  beginAnew(): void {
    this.replayRefused = true;
  }

  /** Ends the stream: iteration ends with what has come whole. */
  close(): void {
    this.stopping.abort();
    this.session?.close();
  }

  /**
   * Runs of records, and gaps, until `close`, or the end of what is replayed.
   * @throws SpymasterError AccessDenied if the key is refused, StoreUnavailable if connecting failed too often
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<LiveItem> {
    if (this.subscriptions.length === 0) throw new SpymasterError('BadArgument', 'nothing is subscribed to');
    const { reconnect, random, clock, onEvent, stopAtEnd } = this.options;
    const { signal } = this.stopping;
    // Sessions in a row that brought nothing new: a gateway that has no more is asked ever more seldom, but never given up.
    let fruitless = 0;
    for (let attempt = 0; !signal.aborted; attempt++, fruitless++) {
      let failure: SpymasterError;
      try {
        for await (const item of this.oneSession(attempt)) {
          attempt = 0;
          if (isNews(item)) fruitless = 0;
          yield item;
        }
        if (stopAtEnd) {
          const gap = this.pendingGap && this.gapBefore(UNDEF_TIMESTAMP);
          if (gap) yield this.told(gap);
          return;
        }
        failure = new SpymasterError('StoreUnavailable', 'the live gateway ended the session');
      } catch (error) {
        if (signal.aborted) return;
        failure = retryable(error);
      }
      if (reconnect === false || attempt >= reconnect.attempts) throw failure;
      const waitMs = backoffMs(reconnect, Math.max(attempt, fruitless), random());
      onEvent({ kind: 'disconnected', reason: failure.message, retryInMs: waitMs });
      await pause(clock, waitMs, signal);
    }
  }

  private async *oneSession(attempt: number): AsyncGenerator<LiveItem> {
    const { signal } = this.stopping;
    const session = await LiveSession.open(this.options, signal);
    this.session = session;
    try {
      if (signal.aborted) return;
      session.send(this.resumed().flatMap(subscriptionLines));
      session.start();
      this.options.onEvent({ kind: 'connected', sessionId: session.sessionId, attempt });
      for (let records = await session.next(); records !== null; records = await session.next())
        yield* this.take(records, session.metadata!);
    } finally {
      this.session = null;
      session.close();
    }
  }

  /** The subscriptions as the next session makes them: the first time as they are, later so that nothing is missed. */
  private resumed(): Subscription[] {
    const { position, snapshots, subscriptions } = this;
    const again = position.begun && (this.options.resume === 'snapshot' || this.replayRefused);
    this.replaying = position.begun && !again && !snapshots.open;
    if (this.replaying) {
      position.beginReplay();
      const start = (this.seenFrom ?? position.tsRecv) - REPLAY_MARGIN_NS;
      if (this.seenFrom !== undefined) this.expected = start;
      return subscriptions.map((subscription) => ({ ...subscription, snapshot: false, start }));
    }
    position.endReplay();
    this.seenFrom = undefined;
    if (position.begun)
      this.pendingGap = { reason: this.replayRefused ? 'replay_refused' : 'snapshot', from: position.tsRecv };
    this.replayRefused = false;
    const whole = again
      ? subscriptions.map((one) => ({ ...one, start: undefined, snapshot: one.schema === 'mbo' }))
      : subscriptions;
    snapshots.begin(whole);
    return whole;
  }

  /** Hands out what is new of some records. */
  private *take(bytes: Uint8Array, metadata: DbnMetadata): Generator<LiveItem> {
    const { position, snapshots } = this;
    const view = viewOf(bytes);
    let from = 0;
    for (let at = 0, length = 0; at < bytes.length; at += length) {
      length = bytes[at] * 4;
      if (isControl(bytes[at + 1])) {
        this.heed(bytes.subarray(at, at + length), metadata);
        continue;
      }
      if (this.expected !== undefined) this.requireLater(timeOf(view, at));
      // A snapshot stands for what came before it, and is no part of the series of records.
      const ofSnapshot = snapshots.take(bytes, at);
      if (!ofSnapshot && position.take(view, at) === 'seen') {
        if (at > from) yield run(bytes.subarray(from, at), metadata);
        from = at + length;
        continue;
      }
      if (!this.replaying && this.pendingGap === null) continue;
      const gap = this.gapBefore(timeOf(view, at));
      if (gap === null) continue;
      if (at > from) yield run(bytes.subarray(from, at), metadata);
      from = at;
      yield this.told(gap);
    }
    if (from < bytes.length) yield run(bytes.subarray(from), metadata);
  }

  /** @throws SpymasterError BadArgument where the first record is one that a replay cannot have */
  private requireLater(time: bigint): void {
    const { expected } = this;
    this.expected = undefined;
    if (time >= expected!) return;
    throw new SpymasterError(
      'BadArgument',
      `the gateway is at ${isoTime(time)}, earlier than what was read before, up to ${isoTime(this.position.tsRecv)}`,
      { field: 'start', expected: 'a start, from which on all is read again' },
    );
  }

  private told(gap: Gap): Gap {
    this.options.onEvent({ kind: 'gap', gap });
    return gap;
  }

  /** What was lost right before a new record. */
  private gapBefore(to: bigint): Gap | null {
    const { position, pendingGap } = this;
    if (pendingGap) {
      this.pendingGap = null;
      return { kind: 'gap', to, ...pendingGap };
    }
    const from = position.before;
    if (to <= from) return null;
    // The first record that is newer than all before: from here on the stream goes on as if it had never broken.
    this.replaying = false;
    this.seenFrom = undefined;
    return position.follows ? null : { kind: 'gap', from, to, reason: 'no_overlap' };
  }

  /** Tells of a control record, and acts upon errors. @throws SpymasterError where the session cannot go on */
  private heed(bytes: Uint8Array, { version }: DbnMetadata): void {
    const record = viewRecord(bytes, version).decode();
    if (record.type === 'system') this.options.onEvent({ kind: 'system', record });
    else if (record.type === 'symbol-mapping') this.options.onEvent({ kind: 'mapping', record });
    else if (record.type === 'error') this.heedError(record);
  }

  private heedError(record: DbnRecord<'error'>): void {
    this.options.onEvent({ kind: 'error', record });
    const said = this.options.key.redact(record.err);
    switch (record.code) {
      case ErrorCode.AuthFailed:
      case ErrorCode.ApiKeyDeactivated:
        throw new SpymasterError('AccessDenied', `Databento's live gateway ended the session: ${said}`);
      case ErrorCode.InvalidSubscription:
        if (!this.replaying) break;
        this.replayRefused = true;
        throw new SpymasterError('StoreUnavailable', `the live gateway does not replay: ${said}`);
      case ErrorCode.SkippedRecordsAfterSlowReading:
        this.pendingGap ??= { reason: 'slow_reader', from: this.position.tsRecv };
        break;
    }
  }
}

const run = (bytes: Uint8Array, metadata: DbnMetadata): LiveItem => ({ kind: 'records', bytes, metadata });

/** Whether there is more in it than what the gateway tells of itself. */
function isNews(item: LiveItem): boolean {
  if (item.kind === 'gap') return true;
  for (let at = 0; at < item.bytes.length; at += item.bytes[at] * 4)
    if (!isControl(item.bytes[at + 1])) return true;
  return false;
}

/** The failure, if another connection may help. */
function retryable(error: unknown): SpymasterError {
  // A stream that cannot be read may be one that was cut wrongly: the next session begins with metadata again.
  const again: readonly string[] = ['StoreUnavailable', 'CorruptDbn', 'UnsupportedDbn'];
  if (error instanceof SpymasterError && again.includes(error.code)) return error;
  throw error;
}
