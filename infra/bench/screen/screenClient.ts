/** A screen without a browser: it takes what the stream sends, and counts. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { DEPTH_KIND } from '../../../graph/screen/depthHistory';
import { decodeFrame } from '../../../graph/screen/marketFrame';
import type { ScreenMessage, ScreenRequest } from '../../../graph/screen/messages';
import { ShownMarket } from '../../../graph/screen/shownMarket';

export class ScreenClient {
  readonly market = new ShownMarket();
  frames = 0;
  gaps = 0;
  /** Messages by kind. */
  readonly told = new Map<string, number>();
  private readonly last = new Map<string, ScreenMessage>();
  private changed = (): void => {};

  private constructor(private readonly socket: WebSocket) {
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data: ArrayBuffer | Buffer, isBinary) => {
      if (isBinary) this.frame(data as ArrayBuffer);
      else this.note(JSON.parse(Buffer.from(data as ArrayBuffer).toString()) as ScreenMessage);
      this.changed();
    });
    socket.on('close', () => this.changed());
  }

  static async open(address: string, request: ScreenRequest): Promise<ScreenClient> {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/stream`);
    const client = new ScreenClient(socket);
    await once(socket, 'open');
    client.ask(request);
    return client;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  ask(request: ScreenRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  /** The last message of a kind. */
  latest<Kind extends ScreenMessage['kind']>(kind: Kind): Extract<ScreenMessage, { kind: Kind }> | undefined {
    return this.last.get(kind) as Extract<ScreenMessage, { kind: Kind }> | undefined;
  }

  /** Resolves when it holds; @throws Error when the stream ends or refuses before */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const error = this.latest('error');
      if (error || !this.isOpen) throw new Error(`the stream has ended: ${error?.message ?? 'closed'}`);
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }

  close(): void {
    this.socket.terminate();
  }

  private frame(data: ArrayBuffer): void {
    if (new Uint8Array(data)[1] === DEPTH_KIND) return;
    if (this.market.take(decodeFrame(data)) === 'gap') this.gaps++;
    else this.frames++;
  }

  private note(message: ScreenMessage): void {
    this.told.set(message.kind, (this.told.get(message.kind) ?? 0) + 1);
    this.last.set(message.kind, message);
  }
}
