/** What the page asks the gateway for: its connection is the test's. */
import { decodeFrame, encodeFrame, type MarketFrame } from '../../../../graph/screen/marketFrame';
import type { ScreenMessage, ScreenRequest } from '../../../../graph/screen/messages';
import { Tape } from '../../../../graph/screen/tape';
import { helloOf } from '../../../../workers/gateway/stream/told';
import { frame, simulatedDay } from '../../../graph/screen/market';

/** As far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Shown {
  readonly failure: { get(): string | undefined };
  readonly behindMs: number;
  readonly newsAt: number | undefined;
  msOf(t: number): number;
  frame(frame: MarketFrame): void;
  message(message: ScreenMessage): void;
  end(): void;
}
interface Module {
  readonly AGAIN_MS: number;
  readonly ShownSession: new (opening: () => ScreenRequest) => Shown;
}

const asked: string[] = [];
/** What the page listens to of its connections, the latest at the end. */
const heard: Record<string, ((event: object) => void)[]> = { open: [], close: [], message: [] };
let page: Module;

beforeAll(() => {
  Object.assign(globalThis, {
    location: new URL('http://localhost/'),
    WebSocket: class {
      static readonly OPEN = 1;
      readonly readyState = 1;
      addEventListener(kind: string, listener: (event: object) => void) {
        heard[kind].push(listener);
      }
      send(text: string) {
        asked.push(text);
      }
      close() {}
    },
  });
  page = require('../../../../workers/web/market/session') as Module;
});
beforeEach(() => {
  asked.length = 0;
  jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

const status = (
  state: 'preparing' | 'live' | 'playing' | 'paused',
  at: number,
  speed: number | null = null,
  quietMs: number | null = null,
): ScreenMessage => ({
  kind: 'status',
  state,
  at,
  end: null,
  speed,
  lagMs: null,
  quietMs,
  progress: null,
  detail: null,
});
const NONE: ScreenMessage = { kind: 'error', code: 'NoInput', message: 'No market is live' };

test('a market that is not there yet is asked for again until it is; a page that is left asks no more', () => {
  const session = new page.ShownSession(() => ({ do: 'live' }));
  for (const times of [1, 2]) {
    session.message(NONE);
    jest.advanceTimersByTime(page.AGAIN_MS);
    expect(asked).toEqual(Array(times).fill('{"do":"live"}'));
  }
  session.message(NONE);
  session.end();
  jest.advanceTimersByTime(page.AGAIN_MS);
  expect(asked).toHaveLength(2);
});

test('what passed while the gateway caught up is asked for when it has', () => {
  const session = new page.ShownSession(() => ({ do: 'live' }));
  session.message(status('preparing', 1e12));
  session.message(status('live', 4e12));
  session.message(status('live', 5e12));
  expect(asked.map((text) => JSON.parse(text) as object)).toEqual([
    { do: 'depth', from: 4e12 - 3600e9, to: 4e12, seconds: 1 },
  ]);
  session.end();
});

test('a session of the past that is not there is not waited for', () => {
  const session = new page.ShownSession(() => ({ do: 'replay', contract: 'ESH4', date: '2024-03-05' }));
  session.message(NONE);
  jest.advanceTimersByTime(page.AGAIN_MS);
  expect(asked).toEqual([]);
  expect(session.failure.get()).toBe('No market is live');
  session.end();
});

test('how far a market is behind the clock is told by what comes while it is looked at', () => {
  const session = new page.ShownSession(() => ({ do: 'live' }));
  session.message(helloOf(frame, 'live'));
  const tape = new Tape(frame);
  const day = simulatedDay(10_000);
  const show = (from: number, number: number) => {
    tape.records(day, from, from + 4000);
    tape.events([]);
    session.frame(decodeFrame(encodeFrame(tape.view, number, number === 0).buffer));
    tape.view.taken();
    return tape.view.capturedAt;
  };
  show(0, 0);
  // That may have come long before the page was opened.
  expect(session.behindMs).toBe(0);
  const capturedAt = show(4000, 1);
  expect(session.behindMs).toBe(Date.now() - session.msOf(capturedAt));
  expect(session.behindMs).toBeGreaterThan(365 * 86_400_000);
  session.end();
});

test('a market that is looked at, or looked at again, when nothing has come for an hour is an hour old', () => {
  const session = new page.ShownSession(() => ({ do: 'live' }));
  const tape = new Tape(frame);
  const day = simulatedDay(10_000);
  tape.records(day, 0, day.length);
  tape.events([]);
  for (const hours of [1, 2]) {
    session.message(status('live', 1e12, null, hours * 3_600_000));
    session.message(helloOf(frame, 'live'));
    session.frame(decodeFrame(encodeFrame(tape.view, 0, true).buffer));
    expect(session.newsAt).toBe(Date.now() - hours * 3_600_000);
    expect(session.behindMs).toBe(session.newsAt! - session.msOf(tape.view.capturedAt));
    // It is told again while nothing comes, and the clock goes on.
    jest.advanceTimersByTime(5000);
    session.message(status('live', 1e12, null, hours * 3_600_000 + 5000));
    expect(session.newsAt).toBe(Date.now() - hours * 3_600_000 - 5000);
  }
  session.end();
});

test('a replay whose connection was lost goes on where it was, and as it was', () => {
  const replay = { do: 'replay', contract: 'ESH4', date: '2024-03-06' } as const;
  const session = new page.ShownSession(() => replay);
  const connect = () => heard.open.at(-1)!({});
  const told = () =>
    asked.map((text) => JSON.parse(text) as { do: string }).filter(({ do: it }) => it !== 'depth');
  connect();
  for (const { state, speed, goesOn } of [
    { state: 'playing', speed: 10, goesOn: [{ do: 'play', speed: 10 }] },
    { state: 'paused', speed: 10, goesOn: [] },
  ] as const) {
    session.message(helloOf(frame, 'replay'));
    session.message(status(state, 4e12 + 1, speed));
    asked.length = 0;
    heard.close.at(-1)!({ code: 1006 });
    jest.advanceTimersByTime(60_000);
    connect();
    session.message(helloOf(frame, 'replay'));
    session.message({ kind: 'ready', at: 4e12 + 1 });
    expect(told()).toEqual([{ ...replay, at: String(frame.origin.ns + 4_000_000_000_001n) }, ...goesOn]);
  }
  session.end();
});
