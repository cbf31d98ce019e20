/** The connection of one screen: what it asks for, checked, and what it watches, never more of it than it can take. */
import type { WebSocket } from 'ws';
import { SpymasterError } from '../../../graph/errors';
import { problemsOf } from '../../../graph/requestProblems';
import { screenRequest, type ScreenMessage, type ScreenRequest } from '../../../graph/screen/messages';
import type { GatewayMetrics } from '../gatewayMetrics';
import type { FrameKind, Outlet, Watch } from './outlet';
import { ReplayWatch } from './replayWatch';

/** What a screen can watch. */
export interface ScreenSources {
  /** @throws SpymasterError if there is no such market */
  live(contract: string | undefined, outlet: Outlet): Promise<Watch>;
  /** Of every market there is, and comes to be. */
  alerts(outlet: Outlet): Watch;
  /** @throws SpymasterError if there is no such session; @param at ns UTC */
  replay(contract: string, date: string, outlet: Outlet, at: bigint | undefined): Promise<ReplayWatch>;
}

/** A screen that has not taken so much yet is busy. */
const BUSY_BYTES = 512 * 1024;
/** One that takes nothing at all is given up: messages, unlike frames, cannot be left out. */
const LOST_BYTES = 32 * 2 ** 20;
/** Requests of a screen that wait at most. */
const MOST_WAITING = 32;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

export class ScreenSocket implements Outlet {
  private watch: Watch | undefined;
  private waiting = 0;
  private work: Promise<void> = Promise.resolve();
  private closed = false;
  /** Frames were missed, and the whole market has not been sent since. */
  private behind = false;

  /** @param onFault told of what is not the screen's fault */
  constructor(
    private readonly socket: WebSocket,
    private readonly sources: ScreenSources,
    private readonly onFault: (error: unknown) => void,
    private readonly metrics: GatewayMetrics,
  ) {
    metrics.screenOpened();
    socket.on('message', (data, isBinary) => this.receive(isBinary ? undefined : text(data)));
    socket.on('close', () => this.end());
    socket.on('error', () => socket.terminate());
  }

  get isBusy(): boolean {
    return this.socket.bufferedAmount > BUSY_BYTES;
  }

  message(message: ScreenMessage): void {
    this.send(JSON.stringify(message));
  }

  frame(bytes: Uint8Array<ArrayBuffer>, kind: FrameKind): void {
    this.metrics.sent(kind);
    if (kind === 'whole' && this.behind) {
      this.metrics.resynced();
      this.behind = false;
    }
    this.send(bytes);
  }

  leftOut(): void {
    this.behind = true;
    this.metrics.coalesced();
  }

  private send(data: string | Uint8Array): void {
    const { socket } = this;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > LOST_BYTES) socket.close(TRY_AGAIN_LATER, 'takes nothing');
    else socket.send(data);
  }

  private receive(data: string | undefined): void {
    const request = data === undefined ? undefined : parse(data);
    if (!request) return this.refuse('a request is JSON');
    const parsed = screenRequest.safeParse(request.value);
    if (!parsed.success) {
      const [{ field, message }] = problemsOf(parsed.error);
      return this.refuse(`${field} ${message}`);
    }
    if (this.waiting >= MOST_WAITING) {
      this.socket.close(POLICY_VIOLATION, 'too many requests');
      return;
    }
    this.waiting++;
    this.work = this.work
      .then(() => this.answer(parsed.data))
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.waiting--);
  }

  private async answer(request: ScreenRequest): Promise<void> {
    if (this.closed) return;
    if (request.do === 'live') await this.begin(await this.sources.live(request.contract, this));
    else if (request.do === 'alerts') await this.begin(this.sources.alerts(this));
    else if (request.do === 'replay')
      await this.begin(
        await this.sources.replay(
          request.contract,
          request.date,
          this,
          request.at === undefined ? undefined : BigInt(request.at),
        ),
      );
    else if (request.do === 'whole') {
      this.behind = true;
      this.watch?.whole();
    } else if (request.do === 'depth') this.watch?.depth(request.from, request.to, request.seconds);
    else if (this.watch instanceof ReplayWatch) await this.watch.request(request);
    else this.refuse('only a replay can be played');
  }

  private async begin(watch: Watch): Promise<void> {
    await this.watch?.end();
    this.watch = watch;
    if (this.closed) await watch.end();
    else await watch.begin();
  }

  private end(): void {
    this.closed = true;
    this.metrics.screenClosed();
    void Promise.resolve(this.watch?.end()).catch(this.onFault);
  }

  private refuse(message: string): void {
    this.message({ kind: 'error', code: 'BadRequest', message });
  }

  private fail(error: unknown): void {
    if (error instanceof SpymasterError) {
      const { expected } = error.details;
      const message = expected === undefined ? error.message : `${error.message}: ${expected}`;
      this.message({ kind: 'error', code: error.code, message });
      return;
    }
    this.onFault(error);
    this.message({
      kind: 'error',
      code: 'Unexpected',
      message: 'it failed; the gateway says why in its log',
    });
  }
}

const text = (data: unknown): string => (Buffer.isBuffer(data) ? data.toString('utf8') : '');

function parse(data: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
}
