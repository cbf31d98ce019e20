/** A screen as the tests play it: everything it is told, and the market it holds. */
import { WebSocket } from 'ws';
import { DEPTH_KIND, decodeDepth, type DepthColumns } from '../../../../graph/screen/depthHistory';
import { decodeFrame, type MarketFrame } from '../../../../graph/screen/marketFrame';
import {
  screenMessage,
  type MessageOf,
  type ScreenMessage,
  type ScreenRequest,
} from '../../../../graph/screen/messages';
import { PRINT_WIDTH } from '../../../../graph/screen/prints';
import { ShownMarket } from '../../../../graph/screen/shownMarket';
import { until } from '../../../support/until';

export class StreamClient {
  readonly messages: ScreenMessage[] = [];
  readonly market = new ShownMarket();
  readonly depths: DepthColumns[] = [];
  /** Rows of (time, price, lots, kind). */
  prints: number[][] = [];
  frames = 0;
  gaps = 0;
  closed = false;
  closeCode: number | undefined;

  private constructor(private readonly socket: WebSocket) {
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.binary(data as ArrayBuffer);
      else this.message(screenMessage.parse(JSON.parse(Buffer.from(data as ArrayBuffer).toString())));
    });
    socket.on('close', (code) => {
      this.closed = true;
      this.closeCode = code;
    });
  }

  static async connect(address: string): Promise<StreamClient> {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/stream`);
    const client = new StreamClient(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  ask(request: ScreenRequest): void {
    this.socket.send(JSON.stringify(request));
  }

  send(data: string | Uint8Array): void {
    this.socket.send(data);
  }

  all<Kind extends ScreenMessage['kind']>(kind: Kind): MessageOf<Kind>[] {
    return this.messages.filter((message): message is MessageOf<Kind> => message.kind === kind);
  }

  last<Kind extends ScreenMessage['kind']>(kind: Kind): MessageOf<Kind> | undefined {
    return this.all(kind).at(-1);
  }

  async told<Kind extends ScreenMessage['kind']>(kind: Kind, count = 1): Promise<MessageOf<Kind>> {
    await until(() => this.all(kind).length >= count);
    return this.last(kind)!;
  }

  close(): void {
    this.socket.terminate();
  }

  private binary(data: ArrayBuffer): void {
    if (new Uint8Array(data)[1] === DEPTH_KIND) this.depths.push(decodeDepth(data));
    else this.frame(decodeFrame(data));
  }

  private message(message: ScreenMessage): void {
    this.messages.push(message);
    // Another session, or another time of it, begins.
    if (message.kind === 'hello') this.prints = [];
  }

  private frame(frame: MarketFrame): void {
    if (this.market.take(frame) === 'gap') {
      this.gaps++;
      return;
    }
    this.frames++;
    const { whole, prints } = frame;
    if (whole && prints.length > 0) this.prints = this.prints.filter(([t]) => t < prints[0]);
    for (let row = 0; row < prints.length; row += PRINT_WIDTH)
      this.prints.push([...prints.subarray(row, row + PRINT_WIDTH)]);
  }
}
