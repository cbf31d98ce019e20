/** What the page asks the gateway for: its connection is the test's. */
import type { ScreenMessage, ScreenRequest } from '../../../../graph/screen/messages';

/** As far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Shown {
  readonly failure: { get(): string | undefined };
  message(message: ScreenMessage): void;
  end(): void;
}
interface Module {
  readonly AGAIN_MS: number;
  readonly ShownSession: new (opening: () => ScreenRequest) => Shown;
}

const asked: string[] = [];
let page: Module;

beforeAll(() => {
  Object.assign(globalThis, {
    location: new URL('http://localhost/'),
    WebSocket: class {
      static readonly OPEN = 1;
      readonly readyState = 1;
      addEventListener() {}
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
  const status = (state: 'preparing' | 'live', at: number): ScreenMessage => ({
    kind: 'status',
    state,
    at,
    end: null,
    speed: null,
    lagMs: null,
    progress: null,
    detail: null,
  });
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
