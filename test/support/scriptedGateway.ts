/** A live gateway that does what a test tells it, session by session. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { encodeMetadata, encodeRecord, type DbnVersion, type StoredRecord } from '../../graph/dbn';
import { ApiKey } from '../../workers/databento';
import type { Clock } from '../../workers/databento/clock';

export const TEST_KEY = 'db-unittestapikey1234567890FFFFF';
const CHALLENGE = 'abcd1234';

export class ScriptedSession {
  /** Lines the client has sent, up to the start of the session. */
  readonly lines: string[] = [];

  constructor(
    private readonly socket: Socket,
    readonly version: DbnVersion,
  ) {}

  get auth(): string {
    return this.lines[0];
  }

  get subscriptions(): string[] {
    return this.lines.filter((line) => line.startsWith('schema='));
  }

  metadata(): void {
    this.bytes(
      encodeMetadata({
        version: this.version,
        dataset: 'GLBX.MDP3',
        schema: null,
        start: 0n,
        end: null,
        limit: null,
        stypeIn: null,
        stypeOut: 'instrument_id',
        tsOut: false,
        symbols: [],
        partial: [],
        notFound: [],
        mappings: [],
      }),
    );
  }

  send(...records: StoredRecord[]): void {
    this.bytes(Buffer.concat(records.map((record) => encodeRecord(record, this.version))));
  }

  bytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Says that no more comes, as a gateway does that is closed. */
  end(): void {
    this.socket.end();
  }

  /** Ends within a record, as a gateway that dies; a reset would take with it what the client has not read yet. */
  cut(): void {
    this.socket.end(Uint8Array.of(14, 0xa0, 1));
  }
}

export interface ScriptedGateway {
  port: number;
  sessions: ScriptedSession[];
}

/**
 * Starts a gateway for one test; it is stopped after it.
 * @param script called for each session once the client has started it, with its number from 0 on
 * @param answer to the authentication; by default whether the key is right
 */
export async function scriptedGateway(
  script: (session: ScriptedSession, n: number) => void,
  { version = 3, answer }: { version?: DbnVersion; answer?: (n: number) => string } = {},
): Promise<ScriptedGateway> {
  const sessions: ScriptedSession[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    const session = new ScriptedSession(socket, version);
    const n = sessions.push(session) - 1;
    let text = '';
    socket.write(`lsg_version=0.8.0\ncram=${CHALLENGE}\n`);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        session.lines.push(line);
        if (session.lines.length === 1) {
          const right = line.startsWith(`auth=${new ApiKey(TEST_KEY).answer(CHALLENGE)}|`);
          const refused = 'success=0|error=Authentication failed.\n';
          const said = answer?.(n) ?? (right ? `success=1|session_id=${n}\n` : refused);
          socket.write(said);
          if (said.startsWith('success=0')) socket.end();
        }
        if (line.startsWith('start_session')) script(session, n);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sessions };
}

const endings: (() => void)[] = [];
const onTestEnd = (run: () => void) => void endings.push(run);
afterEach(() => {
  for (const run of endings.splice(0)) run();
});

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  private time = 0;
  private readonly waiting = new Set<{ at: number; ms: number; run: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const one = { at: this.time + ms, ms, run };
    this.waiting.add(one);
    return () => this.waiting.delete(one);
  }

  /** For how long each of what waits was told to. */
  get waits(): number[] {
    return [...this.waiting].map(({ ms }) => ms);
  }

  advance(ms: number): void {
    this.time += ms;
    for (const one of [...this.waiting].sort((a, b) => a.at - b.at))
      if (one.at <= this.time && this.waiting.delete(one)) one.run();
  }
}
