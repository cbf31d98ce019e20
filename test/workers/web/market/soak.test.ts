/** Day after day on the same screen: neither what the gateway holds of a market nor what the page does grows. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MboBatch } from '../../../../graph/records/mbo';
import { decodeDepth, type DepthColumns } from '../../../../graph/screen/depthHistory';
import { decodeFrame, encodeFrame, type MarketFrame } from '../../../../graph/screen/marketFrame';
import type { ScreenMessage } from '../../../../graph/screen/messages';
import { MOST_RECENT, PRINT_WIDTH, RecentPrints } from '../../../../graph/screen/prints';
import { Tape } from '../../../../graph/screen/tape';
import { NS_PER_SECOND } from '../../../../graph/market/time';
import { helloOf } from '../../../../workers/gateway/stream/told';
import { frame, simulatedDay } from '../../../graph/screen/market';

setFlagsFromString('--expose-gc');
// Otherwise what buffers held is given back some time after they were collected, by another thread.
setFlagsFromString('--no-concurrent-array-buffer-sweeping');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use when all that nobody holds is gone. */
function held(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const RECORDS_OF_A_FRAME = 100;
/** The page's memory of depth, see `DepthMemory`: an hour and a half. */
const MOST_SECONDS = 5400;

let day: MboBatch;
/** `ShownSession` as far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Shown {
  readonly market: { readonly frame: MarketFrame | undefined };
  readonly heat: { readonly columns: ReadonlyMap<number, unknown> };
  readonly prints: { readonly first: number; readonly end: number };
  message(message: ScreenMessage): void;
  frame(frame: MarketFrame): void;
  depth(columns: DepthColumns): void;
  end(): void;
}

let session: Shown;
let recent: RecentPrints;
let number = 0;

beforeAll(() => {
  // The page's connection, which leads nowhere: what comes is handed over by the test.
  Object.assign(globalThis, {
    location: new URL('http://localhost/'),
    WebSocket: class {
      addEventListener() {}
      close() {}
    },
  });
  day = simulatedDay(10_000);
  const { ShownSession } = require('../../../../workers/web/market/session') as {
    ShownSession: new (opening: () => unknown) => Shown;
  };
  session = new ShownSession(() => ({ do: 'live' }));
});
afterAll(() => session.end());

/** One day through a tape of its own onto the screen, frame by frame, missing some. */
function show(): void {
  const tape = new Tape(frame);
  recent = new RecentPrints();
  session.message(helloOf(frame, 'live'));
  for (let from = 0; from < day.length; from += RECORDS_OF_A_FRAME) {
    tape.records(day, from, Math.min(from + RECORDS_OF_A_FRAME, day.length));
    tape.events([]);
    recent.add(tape.view.prints.values);
    const isMissed = number % 50 === 49;
    const whole = tape.view.replaced || number % 50 === 0;
    const bytes = encodeFrame(tape.view, number++, whole, whole ? recent.values : undefined);
    tape.view.taken();
    if (!isMissed) session.frame(decodeFrame(bytes.buffer));
  }
  session.depth(decodeDepth(tape.depth.encode(tape.at - 3600 * NS_PER_SECOND, tape.at, 1).buffer));
  expect(session.market.frame!.records).toBe(tape.view.records);
}

test('as many days as there are, it holds what it held after the first', () => {
  const after: number[] = [];
  for (let k = 0; k < 5; k++) {
    show();
    after.push(held());
  }
  // A day of records and depth is many times that.
  expect(after[4] - after[1]).toBeLessThan(2_000_000);
  expect(session.heat.columns.size).toBeLessThanOrEqual(MOST_SECONDS + 3600);
  expect(session.prints.end - session.prints.first).toBeLessThanOrEqual(20_000);
  expect(recent.values.length).toBeLessThanOrEqual(MOST_RECENT * PRINT_WIDTH);
});
