/** One connection to the live gateway: greeting, challenge, authentication, subscriptions, and the records until it ends. */
import { connect, type Socket } from 'node:net';
import { RecordFramer, type DbnMetadata } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import type { Clock } from '../clock';
import type { ApiKey } from '../protocol/apiKey';
import { formatLine, parseLine, type ControlLine } from '../protocol/controlLine';

export interface SessionOptions {
  key: ApiKey;
  host: string;
  port: number;
  dataset: string;
  /** What the client calls itself. */
  client: string;
  tsOut: boolean;
  heartbeatSeconds: number;
  slowReader?: 'warn' | 'skip';
  clock: Clock;
}

const CONNECT_MS = 10_000;
const AUTHENTICATION_MS = 30_000;
/** How much longer than the heartbeat's interval the gateway may be silent. */
const SILENCE_MARGIN_MS = 5000;
/** A line of the gateway's is far shorter. */
const MAX_LINE_BYTES = 1 << 16;

export class LiveSession {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly framer = new RecordFramer();
  private rest: Uint8Array = new Uint8Array(0);

  private constructor(
    private readonly socket: Socket,
    private readonly options: SessionOptions,
  ) {
    this.chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The gateway's name for the session. */
  sessionId = '';

  /**
   * Connects and authenticates.
   * @throws SpymasterError StoreUnavailable where nothing answers as a gateway does, AccessDenied if it refuses the key, Cancelled
   */
  static async open(options: SessionOptions, signal: AbortSignal): Promise<LiveSession> {
    const socket = await connected(options, signal);
    const session = new LiveSession(socket, options);
    try {
      await session.authenticate();
      return session;
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** Of the records, once there are any. */
  get metadata(): DbnMetadata | null {
    return this.framer.metadata;
  }

  /** Sends subscriptions, which may be done before and after the start. */
  send(lines: readonly string[]): void {
    if (lines.length > 0) this.socket.write(lines.join(''));
  }

  start(): void {
    this.send([formatLine({ start_session: 0 })]);
  }

  /**
   * The next whole records; while they are not asked for, the gateway waits.
   * @returns null once the gateway has ended the session between two records
   * @throws SpymasterError StoreUnavailable if the connection broke, ended within a record or has been silent for too long
   */
  async next(): Promise<Uint8Array | null> {
    const { framer } = this;
    for (;;) {
      const chunk = this.rest.length > 0 ? this.takeRest() : await this.read(this.silenceMs, 'was silent');
      if (chunk === null) {
        if (framer.heldBytes > 0 || framer.metadata === null)
          throw unavailable(this.options, 'ended the session within a record');
        return null;
      }
      const records = framer.push(chunk);
      if (records.length > 0) return records;
    }
  }

  close(): void {
    this.socket.destroy();
  }

  private get silenceMs(): number {
    return this.options.heartbeatSeconds * 1000 + SILENCE_MARGIN_MS;
  }

  private async authenticate(): Promise<void> {
    const { key, dataset, client, tsOut, heartbeatSeconds, slowReader } = this.options;
    await this.line('lsg_version');
    const { cram } = await this.line('cram');
    this.socket.write(
      formatLine({
        auth: key.answer(cram),
        dataset,
        encoding: 'dbn',
        compression: 'none',
        ts_out: tsOut ? 1 : 0,
        client,
        heartbeat_interval_s: heartbeatSeconds,
        slow_reader_behavior: slowReader,
      }),
    );
    const answer = await this.line('success');
    if (answer.success !== '1') throw this.refusal(key.redact(answer.error ?? 'no reason given'));
    this.sessionId = answer.session_id ?? '';
  }

  /** Too many sessions may be fewer in a while; a key that is refused stays so. */
  private refusal(reason: string): SpymasterError {
    if (/connection limit/i.test(reason)) return unavailable(this.options, `refused the session: ${reason}`);
    const { dataset, host } = this.options;
    const message = `Databento's live gateway refused the session: ${reason}`;
    return new SpymasterError('AccessDenied', message, { dataset, host });
  }

  /** The gateway's next line; the greeting's field alone may be missing, other gateways greet otherwise. */
  private async line(field: string): Promise<ControlLine> {
    for (;;) {
      const end = this.rest.indexOf(0x0a);
      if (end >= 0) {
        const text = Buffer.from(this.rest.subarray(0, end)).toString('latin1');
        this.rest = this.rest.subarray(end + 1);
        const fields = parseLine(text);
        if (field !== 'lsg_version' && !(field in fields))
          throw unavailable(this.options, `does not answer as a live gateway (no ${field})`);
        return fields;
      }
      if (this.rest.length > MAX_LINE_BYTES)
        throw unavailable(this.options, 'does not answer as a live gateway (no line)');
      const chunk = await this.read(AUTHENTICATION_MS, 'did not authenticate');
      if (chunk === null) throw unavailable(this.options, 'closed the connection before authentication');
      this.rest = Buffer.concat([this.rest, chunk]);
    }
  }

  private takeRest(): Uint8Array {
    const { rest } = this;
    this.rest = new Uint8Array(0);
    return rest;
  }

  /** Bytes as they come; null at the end. @throws SpymasterError StoreUnavailable if none come within some ms */
  private async read(ms: number, silent: string): Promise<Uint8Array | null> {
    let overdue = false;
    const cancel = this.options.clock.after(ms, () => {
      overdue = true;
      this.socket.destroy();
    });
    try {
      const { value, done } = await this.chunks.next();
      if (overdue) throw unavailable(this.options, `${silent} for ${ms / 1000} s`);
      return done ? null : value;
    } catch (error) {
      if (error instanceof SpymasterError) throw error;
      if (overdue) throw unavailable(this.options, `${silent} for ${ms / 1000} s`);
      throw unavailable(this.options, `broke the connection: ${(error as Error).message}`, error);
    } finally {
      cancel();
    }
  }
}

function connected(options: SessionOptions, signal: AbortSignal): Promise<Socket> {
  const { host, port, clock } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new SpymasterError('Cancelled', 'the connection was called off'));
    const socket = connect({ host, port, noDelay: true });
    const fail = (error: unknown) => {
      settle();
      socket.destroy();
      reject(error as Error);
    };
    const cancel = clock.after(CONNECT_MS, () =>
      fail(unavailable(options, `did not accept a connection within ${CONNECT_MS / 1000} s`)),
    );
    const abort = () => fail(new SpymasterError('Cancelled', 'the connection was called off'));
    const refuse = (error: Error) => fail(unavailable(options, `cannot be reached: ${error.message}`, error));
    const accept = () => {
      settle();
      resolve(socket);
    };
    const settle = () => {
      cancel();
      signal.removeEventListener('abort', abort);
      socket.off('error', refuse).off('connect', accept);
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', refuse).once('connect', accept);
  });
}

const unavailable = ({ host, port }: SessionOptions, did: string, cause?: unknown) =>
  new SpymasterError('StoreUnavailable', `the live gateway at ${host}:${port} ${did}`, {}, { cause });
