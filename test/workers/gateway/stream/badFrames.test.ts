/** What is sent to the stream that no screen would send: it is refused by name or by a close code, and others are served on. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { SpymasterError } from '../../../../graph/errors';
import { Gateway } from '../../../../workers/gateway/server';
import type { ScreenSources } from '../../../../workers/gateway/stream/screenSocket';
import { stream } from '../../../../workers/gateway/stream/stream';
import { temporaryFolder } from '../../../support/lake';
import { until } from '../../../support/until';
import { StreamClient } from './streamClient';

const missing = () => {
  throw new SpymasterError('NoInput', 'There is none');
};
const sources: ScreenSources = { live: missing, replay: missing, alerts: missing };

let gateway: Gateway;
let address: string;
const faults: unknown[] = [];

beforeAll(async () => {
  const onFault = (error: unknown) => void faults.push(error);
  const parts = [stream(sources, onFault)];
  gateway = new Gateway({ rate: 1e6, application: temporaryFolder(), onFault, parts });
  address = await gateway.listen('127.0.0.1', 0);
});
afterAll(async () => {
  await gateway.close();
  expect(faults).toEqual([]);
});

const [TEXT, BINARY, CLOSE, PING] = [1, 2, 8, 9];

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A frame as RFC 6455 has it; a client masks what it sends. */
function frame(
  opcode: number,
  payload: Buffer,
  { head = 0x80, masked = true, length = payload.length } = {},
): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length));
  const [short, rest] = length < 126 ? [length, 0] : length < 65_536 ? [126, 2] : [127, 8];
  return Buffer.concat([
    Buffer.of(head | opcode, (masked ? 0x80 : 0) | short),
    size.subarray(8 - rest),
    masked ? Buffer.alloc(4) : Buffer.alloc(0),
    payload,
  ]);
}

/** A connection without a library between, that has asked for the stream. */
class RawScreen {
  private received = Buffer.alloc(0);
  private constructor(private readonly socket: Socket) {
    socket.on('data', (data: Buffer) => (this.received = Buffer.concat([this.received, data])));
    // A connection that is cut is what some of this leads to.
    socket.on('error', () => undefined);
  }

  static async open(): Promise<RawScreen> {
    const { hostname, port, host } = new URL(address);
    const socket = connect(Number(port), hostname);
    const screen = new RawScreen(socket);
    await once(socket, 'connect');
    socket.write(
      `GET /stream HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await until(() => screen.received.includes('\r\n\r\n'));
    screen.received = screen.received.subarray(screen.received.indexOf('\r\n\r\n') + 4);
    return screen;
  }

  /** Sends it, ends, and takes what is answered until the other side ends too. */
  async send(data: Buffer): Promise<Frame[]> {
    if (!this.socket.destroyed) this.socket.end(data);
    if (!this.socket.closed) await once(this.socket, 'close');
    return framesIn(this.received);
  }
}

/** @throws Error unless the bytes are whole frames of a server */
function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const short = bytes[at + 1];
    expect(short).toBeLessThan(127);
    const from = at + (short === 126 ? 4 : 2);
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    expect(bytes.length).toBeGreaterThanOrEqual(from + length);
    frames.push({ opcode: bytes[at] & 15, payload: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return frames;
}

const closeCodes = (frames: readonly Frame[]) =>
  frames.flatMap(({ opcode, payload }) =>
    opcode === CLOSE && payload.length > 1 ? payload.readUInt16BE(0) : [],
  );

const some = Buffer.from('{"do":"whole"}');

test.each([
  ['a frame that is not masked', frame(TEXT, some, { masked: false }), 1002],
  ['an opcode there is none of', frame(5, some), 1002],
  ['bits of an extension nobody agreed on', frame(TEXT, some, { head: 0xf0 }), 1002],
  ['a control frame in pieces', frame(PING, some, { head: 0 }), 1002],
  ['a control frame that is too long', frame(PING, Buffer.alloc(200)), 1002],
  ['the rest of a message that never began', frame(0, some), 1002],
  ['a close code there is none of', frame(CLOSE, Buffer.of(0, 1)), 1002],
  ['a text that is no UTF-8', frame(TEXT, Buffer.of(0xff, 0xfe)), 1007],
  ['more than a message may have', frame(TEXT, Buffer.alloc(20_000, ' ')), 1009],
  ['the promise of more than there is memory', frame(TEXT, some, { length: 2 ** 40 }), 1009],
])('%s is answered with the close code for it', async (_, bytes, code) => {
  const screen = await RawScreen.open();
  expect(closeCodes(await screen.send(bytes))).toEqual([code]);
});

test('whatever bytes come, what is answered is frames, and every message among them an error', async () => {
  const anyFrame = fc
    .record({
      opcode: fc.constantFrom(0, TEXT, TEXT, TEXT, BINARY, CLOSE, PING, 10, 11),
      head: fc.constantFrom(0x80, 0x80, 0x80, 0, 0x40),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 130 }).map((bytes) => Buffer.from(bytes)),
        fc.json().map((text) => Buffer.from(text)),
        fc
          .constantFrom('{"do":"live"}', '{"do":"play","speed":1}', '{"do":"seek"}')
          .map((text) => Buffer.from(text)),
      ),
    })
    .map(({ opcode, head, payload }) => frame(opcode, payload, { head }));
  const anyBytes = fc.oneof(
    anyFrame,
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyBytes, { maxLength: 6 }), async (parts) => {
      const screen = await RawScreen.open();
      for (const { opcode, payload } of await screen.send(Buffer.concat(parts))) {
        if (opcode === TEXT) expect(JSON.parse(payload.toString())).toMatchObject({ kind: 'error' });
        else expect([CLOSE, 10]).toContain(opcode);
      }
    }),
    { numRuns: 150 },
  );
  const other = await StreamClient.connect(address);
  other.ask({ do: 'live' });
  expect(await other.told('error')).toMatchObject({ code: 'NoInput' });
  other.close();
});

test('a screen that asks without end is sent away', async () => {
  const screen = await StreamClient.connect(address);
  for (let k = 0; k < 200; k++) screen.ask({ do: 'live' });
  await until(() => screen.closed);
  expect(screen.closeCode).toBe(1008);
});
