/** The connection to the gateway's stream: kept up, and begun anew where it is lost. */
import { signInAgain } from '../api/signIn';
import { DEPTH_KIND, decodeDepth, type DepthColumns } from '../../../graph/screen/depthHistory';
import { decodeFrame, type MarketFrame } from '../../../graph/screen/marketFrame';
import {
  screenMessage,
  SIGNED_OUT,
  type ScreenMessage,
  type ScreenRequest,
} from '../../../graph/screen/messages';

export interface StreamListener {
  message(message: ScreenMessage): void;
  frame(frame: MarketFrame): void;
  depth(columns: DepthColumns): void;
  /** @param lostAt ms since 1970; undefined: it is there */
  connected(lostAt: number | undefined): void;
}

const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 8000;

export class StreamConnection {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_WAIT_MS;
  private lostAt: number | undefined;
  private ended = false;

  /** @param opening what is asked for, each time it is connected */
  constructor(
    private readonly opening: () => ScreenRequest,
    private readonly listener: StreamListener,
  ) {
    this.connect();
  }

  ask(request: ScreenRequest): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(request));
  }

  /** Connects at once if it waits to. */
  again(): void {
    if (this.socket || this.ended) return;
    clearTimeout(this.timer);
    this.connect();
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    const address = new URL('stream', location.href.replace(/[?#].*$/, ''));
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = (this.socket = new WebSocket(address));
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.wait = FIRST_WAIT_MS;
      this.lostAt = undefined;
      this.listener.connected(undefined);
      this.ask(this.opening());
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => this.receive(data));
    socket.addEventListener('close', ({ code }) => {
      if (code === SIGNED_OUT) signInAgain();
      else this.lost();
    });
  }

  private receive(data: string | ArrayBuffer): void {
    if (this.ended) return;
    if (typeof data === 'string') {
      const read = screenMessage.safeParse(JSON.parse(data));
      this.listener.message(
        read.success
          ? read.data
          : {
              kind: 'error',
              code: 'Misunderstood',
              message: 'Page and gateway are of different versions: load the page again.',
            },
      );
    } else if (new Uint8Array(data)[1] === DEPTH_KIND) this.listener.depth(decodeDepth(data));
    else this.listener.frame(decodeFrame(data));
  }

  private lost(): void {
    this.socket = undefined;
    if (this.ended) return;
    this.lostAt ??= Date.now();
    this.listener.connected(this.lostAt);
    this.timer = setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(2 * this.wait, MOST_WAIT_MS);
  }
}
