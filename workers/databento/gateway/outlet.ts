/** What one client of a gateway is sent: records, heartbeats between them, and what is said to a reader that is too slow. */
import type { Socket } from 'node:net';
import { ErrorCode, SystemCode } from '../../../graph/dbn';
import type { Clock } from '../clock';
import { errorRecord, heartbeat, systemRecord } from './controlRecords';
import { Faults } from './faults';
import type { Admitted } from './handshake';
import { bytesOf, withTsOut, type Chosen } from './outgoing';
import type { Playback } from './playback';

/** How long the reader may take for what was written before it is called slow, ms. */
const SLOW_MS = 2000;

export class Outlet {
  readonly faults = new Faults();
  /** Records of the market that were sent. */
  sent = 0;
  /** Whether the reader has to take something before more is sent. */
  blocked = false;
  private readonly stopping = new AbortController();
  private admitted: Admitted | null = null;
  private cancelHeartbeat = () => {};
  /** Capture time, ns UTC: what is earlier is left out, as the reader was too slow for it. */
  private skipUntil = 0n;

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
    private readonly playback: Playback,
  ) {}

  /** Aborted when nothing more is sent. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Begins with the stream's metadata and what was to be said before it; a heartbeat follows whenever nothing else does. */
  begin(admitted: Admitted, metadata: Uint8Array, answers: readonly Uint8Array[]): void {
    this.admitted = admitted;
    this.socket.write(metadata);
    for (const record of answers) this.send(record);
    this.armHeartbeat();
  }

  /** Sends one record that is not of the market. */
  send(record: Uint8Array): void {
    this.socket.write(withTsOut(record, this.tsOut));
    this.armHeartbeat();
  }

  /** Sends records of the market, and waits until the reader has room for more. Faults that are asked for are of these. */
  async write({ block, rows }: { block: Chosen['block']; rows: number[] }): Promise<void> {
    if (rows.length === 0) return;
    if (this.faults.takeSkipped(rows) > 0) this.tellSkipped();
    const bytes = bytesOf({ block, rows }, this.tsOut);
    if (bytes.length === 0) return;
    if (this.faults.takeCut()) return this.cutWithin(bytes);
    this.sent += rows.length;
    let taken = this.socket.write(bytes);
    const again = this.faults.takeDuplicates(rows);
    if (again.length > 0) taken = this.socket.write(bytesOf({ block, rows: again }, this.tsOut));
    this.armHeartbeat();
    if (!taken) await this.drained();
  }

  /** Whether a record of this capture time is still sent. */
  keepsUpWith(time: bigint): boolean {
    return time >= this.skipUntil;
  }

  /** Says that records were left out, once the market has come to where they end. @param time capture time, ns UTC */
  passed(time: bigint): void {
    if (this.skipUntil === 0n || time < this.skipUntil) return;
    this.skipUntil = 0n;
    this.tellSkipped();
  }

  warnSlow(): void {
    this.send(
      systemRecord(
        SystemCode.SlowReaderWarning,
        'Warning: slow reading: records are sent later than they could be',
        this.playback.now,
      ),
    );
  }

  /** Breaks off at once, in the middle of a record. */
  cut(): void {
    this.cutWithin(heartbeat(this.playback.now));
  }

  /** Ends between two records. */
  end(): void {
    this.cancelHeartbeat();
    this.stopping.abort();
    this.socket.end();
  }

  /** Gives the connection up, whatever was to be sent. */
  close(): void {
    this.cancelHeartbeat();
    this.stopping.abort();
    this.socket.destroy();
  }

  private cutWithin(bytes: Uint8Array): void {
    const length = bytes[0] * 4;
    this.socket.write(bytes.subarray(0, bytes.length - Math.ceil(length / 2)));
    this.end();
  }

  private async drained(): Promise<void> {
    const { clock, playback, signal } = this;
    const since = clock.now();
    this.blocked = true;
    await new Promise<void>((done) => {
      const settle = () => {
        this.socket.off('drain', settle);
        signal.removeEventListener('abort', settle);
        done();
      };
      this.socket.once('drain', settle);
      signal.addEventListener('abort', settle, { once: true });
    });
    this.blocked = false;
    // As fast as possible nobody is slow.
    if (signal.aborted || playback.speed === Infinity || clock.now() - since < SLOW_MS) return;
    if (this.admitted!.slowReader === 'warn') this.warnSlow();
    else this.skipUntil = playback.now;
  }

  private tellSkipped(): void {
    this.send(
      errorRecord(
        ErrorCode.SkippedRecordsAfterSlowReading,
        'Slow client detected for the session: records were left out',
        this.playback.now,
      ),
    );
  }

  private get tsOut(): bigint | null {
    return this.admitted?.tsOut ? BigInt(this.clock.now()) * 1_000_000n : null;
  }

  private armHeartbeat(): void {
    this.cancelHeartbeat();
    if (this.signal.aborted || this.admitted === null) return;
    this.cancelHeartbeat = this.clock.after(this.admitted.heartbeatSeconds * 1000, () => {
      if (this.faults.stalled) this.armHeartbeat();
      else this.send(heartbeat(this.playback.now));
    });
  }
}
