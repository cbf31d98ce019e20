/** One client of a gateway: what its lines ask for, and which records it is sent therefore. */
import type { Socket } from 'node:net';
import { ErrorCode, SystemCode } from '../../../graph/dbn';
import { viewOf } from '../../../graph/dbn/fields';
import { SpymasterError } from '../../../graph/errors';
import type { Clock } from '../clock';
import type { ApiKey } from '../protocol/apiKey';
import { formatLine, parseLine } from '../protocol/controlLine';
import { ALL_SYMBOLS, parseSubscription, type Subscription } from '../protocol/subscription';
import { errorRecord, liveMetadata, mappingRecord, systemRecord } from './controlRecords';
import { admit, greeting, newChallenge, type Admitted } from './handshake';
import { Outlet } from './outlet';
import { NEVER, type Playback } from './playback';
import { RecordFilter } from './recordFilter';
import { SnapshotBooks } from './snapshotBook';
import type { MarketSource, RecordBlock } from './source';
import { resolve } from './symbols';

export interface SessionContext {
  source: MarketSource;
  playback: Playback;
  clock: Clock;
  key: ApiKey | undefined;
  /** Whether the next authentication is refused though it is right. */
  refuses: () => boolean;
  /** Whether another session is being sent records. */
  othersStream: (self: GatewaySession) => boolean;
  log: (text: string) => void;
}

/** A line of a client's is far shorter: 500 symbols of 71 characters. */
const MAX_LINE_BYTES = 1 << 17;

export class GatewaySession {
  readonly outlet: Outlet;
  private readonly challenge = newChallenge();
  private readonly filter = new RecordFilter();
  private admitted: Admitted | null = null;
  private starting = false;
  private started = false;
  private text = '';
  /** Instruments whose book is still to be sent. */
  private snapshotsDue: (ReadonlySet<number> | null)[] = [];
  /** Those of all order messages that are subscribed to: their books are sent anew after a jump. */
  private readonly books: (ReadonlySet<number> | null)[] = [];
  private answers: Uint8Array[] = [];
  private replays = false;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    private readonly context: SessionContext,
  ) {
    this.outlet = new Outlet(socket, context.clock, context.playback);
    socket
      .on('data', (bytes) => this.hear(bytes))
      .on('close', () => this.close())
      .on('error', () => this.close());
    socket.setNoDelay(true);
    socket.write(greeting(this.challenge));
  }

  get streams(): boolean {
    return this.started && !this.outlet.signal.aborted;
  }

  get client(): string {
    return this.admitted?.client ?? '';
  }

  close(): void {
    this.outlet.close();
  }

  private hear(bytes: Buffer): void {
    this.text += bytes.toString('latin1');
    for (let end = this.text.indexOf('\n'); end >= 0; end = this.text.indexOf('\n')) {
      const line = this.text.slice(0, end);
      this.text = this.text.slice(end + 1);
      this.heed(line);
    }
    if (this.text.length > MAX_LINE_BYTES) this.close();
  }

  private heed(text: string): void {
    const line = parseLine(text);
    if (this.admitted === null) this.authenticate(line);
    else if ('start_session' in line) {
      if (!this.starting) void this.stream();
    } else if ('schema' in line) this.subscribe(line);
  }

  private authenticate(line: ReturnType<typeof parseLine>): void {
    const { source, key, log } = this.context;
    const judged = this.context.refuses()
      ? 'Authentication failed.'
      : admit(line, this.challenge, source.dataset, key);
    if (typeof judged === 'string') {
      log(`session ${this.id}: refused: ${judged}`);
      this.socket.end(formatLine({ success: 0, error: judged }));
      return;
    }
    this.admitted = judged;
    log(`session ${this.id}: ${judged.client || 'a client'} is in`);
    this.socket.write(formatLine({ success: 1, session_id: this.id }));
  }

  /** Takes in a subscription; what is wrong with it is told in the stream. */
  private subscribe(line: ReturnType<typeof parseLine>): void {
    const now = this.context.playback.now;
    let subscription: ReturnType<typeof parseSubscription>;
    try {
      subscription = parseSubscription(line);
      if (this.started && subscription.start !== undefined)
        throw new SpymasterError('BadArgument', 'a start is taken only before the session has started');
      const { schemas } = this.context.source;
      if (!schemas.has(subscription.schema))
        throw new SpymasterError(
          'BadArgument',
          `no ${subscription.schema} is served here, but ${[...schemas].join(', ')}`,
        );
    } catch (error) {
      if (!(error instanceof SpymasterError)) throw error;
      return this.answer(
        errorRecord(ErrorCode.InvalidSubscription, `Invalid subscription: ${error.message}`, now),
      );
    }
    this.take(subscription, now);
    const { isLast, id, schema } = subscription;
    if (isLast)
      this.answer(
        systemRecord(
          SystemCode.SubscriptionAck,
          `Subscription request ${id ?? 0} for ${schema} data succeeded`,
          now,
        ),
      );
    this.context.playback.wake();
  }

  private take(
    { schema, symbols, stypeIn = 'raw_symbol', snapshot, start }: Subscription,
    now: bigint,
  ): void {
    const resolved = resolve(this.context.source.symbols, symbols, stypeIn);
    const all = symbols === ALL_SYMBOLS;
    const ids = new Set<number>();
    for (const { requested, intervals } of resolved) {
      if (intervals.length === 0)
        this.answer(
          errorRecord(ErrorCode.SymbolResolutionFailed, `Failed to resolve symbol: ${requested}`, now),
        );
      for (const interval of intervals) {
        ids.add(interval.instrumentId);
        this.answer(
          all
            ? mappingRecord(interval.symbol, null, interval, now)
            : mappingRecord(requested, stypeIn, interval, now),
        );
      }
    }
    const wanted = all ? null : ids;
    this.filter.add({ schema, ids: wanted, start });
    if (start !== undefined) this.replays = true;
    if (schema !== 'mbo') return;
    this.books.push(wanted);
    if (snapshot) this.snapshotsDue.push(wanted);
  }

  /** Says something in the stream: at once, or when it has begun. */
  private answer(record: Uint8Array): void {
    if (this.started) this.outlet.send(record);
    else this.answers.push(record);
  }

  private async stream(): Promise<void> {
    const { outlet } = this;
    const { source, playback, log } = this.context;
    this.starting = true;
    try {
      const join = await this.join();
      if (outlet.signal.aborted) return;
      this.started = true;
      const metadata = liveMetadata(source.dataset, playback.now, this.admitted!.tsOut);
      outlet.begin(this.admitted!, metadata, this.answers.splice(0));
      for (let from = join, jumped = false; ; jumped = true) {
        const { jumps } = playback;
        if (jumped) this.snapshotsDue = [...this.books];
        if (await this.pass(from, jumps, !jumped)) break;
        if (outlet.signal.aborted) return;
        from = playback.jumpedTo;
      }
      playback.end();
      log(`session ${this.id}: end of the data after ${outlet.sent} records`);
      outlet.end();
    } catch (error) {
      if (outlet.signal.aborted) return;
      const said = error instanceof Error ? error.message : String(error);
      log(`session ${this.id}: ${said}`);
      outlet.send(errorRecord(ErrorCode.InternalError, `Internal error: ${said}`, playback.now));
      outlet.end();
    }
  }

  /** Market time from which on records are live for this session; what is earlier is history. */
  private async join(): Promise<bigint> {
    const { playback } = this.context;
    if (playback.running) return playback.now;
    if (playback.ended && (this.replays || this.context.othersStream(this))) return NEVER;
    const { earliestStart: start = 0n } = this.filter;
    // Who asks for what came after a time has seen the market there: it has been served before, by another process.
    const goesOn = start > playback.from && (await this.reachesTo(start));
    if (playback.running) return playback.now;
    playback.rewind();
    if (goesOn) return start;
    if (playback.from > 0n) this.snapshotsDue = [...this.books];
    return playback.from;
  }

  /** Whether the source has anything of a time or later. */
  private async reachesTo(time: bigint): Promise<boolean> {
    for await (const { times, count } of this.context.source.blocks(time, this.outlet.signal))
      if (times[count - 1] >= time) return true;
    return false;
  }

  /**
   * Sends everything from the market's beginning that is wanted.
   * @param join what is earlier is history
   * @param jumps how often the market had jumped
   * @returns whether the end was reached, not another jump
   */
  private async pass(join: bigint, jumps: number, withHistory: boolean): Promise<boolean> {
    const { source, playback } = this.context;
    const { signal, faults } = this.outlet;
    if (join > 0n && join < NEVER) await this.sendSnapshots(join);
    const earliest = withHistory ? this.filter.earliestStart : undefined;
    let replaying = withHistory && this.replays;
    for await (const block of source.blocks(
      earliest !== undefined && earliest < join ? earliest : join,
      signal,
    )) {
      playback.begin(block.times[0] > join ? block.times[0] : join);
      for (let i = 0; i < block.count;) {
        if (signal.aborted || playback.jumps !== jumps) return false;
        const time = block.times[i];
        const history = time < join;
        if (faults.stalled) {
          await playback.untilChanged(signal);
          continue;
        }
        if (!history && !playback.isDue(time)) {
          await playback.untilDue(time, signal);
          continue;
        }
        if (!history && replaying) {
          replaying = false;
          this.outlet.send(systemRecord(SystemCode.ReplayCompleted, 'Finished replay', time));
        }
        if (this.snapshotsDue.length > 0 && !history) await this.sendSnapshots(time);
        const end = this.stretch(block, i, history ? join : null);
        await this.sendRows(block, i, end, history && withHistory, history);
        if (!history) playback.reach(block.times[end - 1]);
        i = end;
      }
    }
    if (!signal.aborted) this.outlet.passed(NEVER);
    return !signal.aborted;
  }

  /** Where the records that may be sent now end: those of history, or those that are due. */
  private stretch(block: RecordBlock, from: number, join: bigint | null): number {
    const { count, times } = block;
    const { playback } = this.context;
    const last = times[count - 1];
    if (join === null ? playback.isDue(last) : last < join) return count;
    const limit = join === null ? playback.dueUntil + 1n : join;
    let end = from + 1;
    while (end < count && times[end] < limit) end++;
    return end;
  }

  private async sendRows(
    block: RecordBlock,
    from: number,
    to: number,
    fromHistory: boolean,
    history: boolean,
  ): Promise<void> {
    if (history && !fromHistory) return;
    const { filter, outlet } = this;
    const view = viewOf(block.bytes);
    const rows: number[] = [];
    for (let row = from; row < to; row++) {
      const at = block.offsets[row];
      const wanted = history
        ? filter.wantsReplayed(view, at, block.times[row])
        : filter.wantsLive(view, at) && outlet.keepsUpWith(block.times[row]);
      if (wanted) rows.push(row);
    }
    outlet.passed(block.times[to - 1]);
    await outlet.write({ block, rows });
  }

  /** The present books of instruments that asked for them. @param time capture time, ns UTC: books are of before */
  private async sendSnapshots(time: bigint): Promise<void> {
    const due = this.snapshotsDue.splice(0);
    if (due.length === 0) return;
    const wants = (id: number) => due.some((ids) => ids === null || ids.has(id));
    const books = new SnapshotBooks();
    const { source } = this.context;
    for await (const { bytes, offsets, times, count } of source.blocks(0n, this.outlet.signal)) {
      const view = viewOf(bytes);
      for (let row = 0; row < count && times[row] < time; row++) books.take(view, offsets[row]);
      if (times[count - 1] >= time) break;
    }
    for (const record of books.records(wants, time)) this.outlet.send(record);
  }
}
