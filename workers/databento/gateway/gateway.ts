/** A live gateway of one's own: it serves a source to clients of Databento's live protocol. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { wallClock, type Clock } from '../clock';
import type { ApiKey } from '../protocol/apiKey';
import { Playback, type Speed } from './playback';
import { GatewaySession } from './session';
import type { MarketSource } from './source';

export interface GatewayOptions {
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  /** The one key that is let in; without it every key is. */
  key?: ApiKey;
  speed?: Speed;
  /** Market time to begin at, ns UTC, in place of the source's first. */
  from?: bigint;
  clock?: Clock;
  /** Told what happens, a line each. */
  log?: (text: string) => void;
}

export class LiveGateway {
  private readonly sessions = new Set<GatewaySession>();
  private readonly server: Server;
  private count = 0;
  /** Records of sessions that are gone. */
  private sentBefore = 0;
  private refusals = 0;

  private constructor(
    readonly source: MarketSource,
    readonly playback: Playback,
    options: GatewayOptions,
  ) {
    const { key, clock = wallClock, log = () => {} } = options;
    this.server = createServer((socket) => {
      const session = new GatewaySession(++this.count, socket, {
        source,
        playback,
        clock,
        key,
        refuses: () => this.refusals > 0 && this.refusals-- > 0,
        othersStream: (self) => this.streaming.some((other) => other !== self),
        log,
      });
      this.sessions.add(session);
      socket.once('close', () => {
        this.sessions.delete(session);
        this.sentBefore += session.outlet.sent;
        log(`session ${session.id}: gone`);
      });
    });
  }

  /** Starts to serve. Nothing is sent before a client starts its session; the market's time begins with the first. */
  static async listen(source: MarketSource, options: GatewayOptions = {}): Promise<LiveGateway> {
    const { host = '127.0.0.1', port = 0, speed = 1, from, clock = wallClock } = options;
    const gateway = new LiveGateway(source, new Playback(clock, speed, from), options);
    await new Promise<void>((resolve, reject) => {
      gateway.server.once('error', reject).listen(port, host, () => {
        gateway.server.off('error', reject);
        resolve();
      });
    });
    return gateway;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Sessions that are being sent records. */
  get streaming(): readonly GatewaySession[] {
    return [...this.sessions].filter(({ streams }) => streams);
  }

  /** Clients that have connected, that are connected now and that are being sent records; records sent to all of them. */
  get counts(): { accepted: number; sessions: number; streaming: number; records: number } {
    const sent = [...this.sessions].reduce((sum, { outlet }) => sum + outlet.sent, this.sentBefore);
    return {
      accepted: this.count,
      sessions: this.sessions.size,
      streaming: this.streaming.length,
      records: sent,
    };
  }

  /** Refuses the next `n` clients, whatever their key. */
  refuseNext(n: number): void {
    this.refusals = n;
  }

  /** Ends all sessions and serves no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) session.close();
    await closed;
  }
}
