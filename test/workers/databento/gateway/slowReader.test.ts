import { encodeRecord } from '../../../../graph/dbn';
import {
  ApiKey,
  LiveClient,
  LiveGateway,
  recordsOf,
  type LiveEvent,
  type MarketSource,
} from '../../../../workers/databento';
import { someMbo } from '../../../support/dbnFiles';
import { memorySource } from '../../../support/memorySource';
import { ManualClock, TEST_KEY } from '../../../support/scriptedGateway';
import { until } from '../../../support/until';

const [RECORD] = someMbo(1);
const BYTES = encodeRecord(RECORD);
const ROWS = 4000;
/** More than any socket's buffers hold: 28 MB. */
const BLOCKS = 125;

/** Records a millisecond apart, numbered by `sequence`. */
const source: MarketSource = {
  ...memorySource([]),
  async *blocks() {
    for (let block = 0; block < BLOCKS; block++) {
      const bytes = Buffer.alloc(ROWS * BYTES.length);
      const times = new BigUint64Array(ROWS);
      for (let row = 0; row < ROWS; row++) {
        const sequence = block * ROWS + row;
        times[row] = RECORD.tsRecv + BigInt(sequence) * 1_000_000n;
        bytes.set(BYTES, row * BYTES.length);
        bytes.writeBigUInt64LE(times[row], row * BYTES.length + 40);
        bytes.writeUInt32LE(sequence, row * BYTES.length + 52);
      }
      const offsets = Uint32Array.from({ length: ROWS + 1 }, (_, row) => row * BYTES.length);
      yield { bytes: new Uint8Array(bytes), count: ROWS, offsets, times };
    }
  },
};

/** Of a warning (2), and of an error that records were left out (7). */
const codeOf = (event: LiveEvent): number | undefined =>
  (event.kind === 'system' && event.record.code === 2) || (event.kind === 'error' && event.record.code === 7)
    ? event.record.code
    : undefined;

test.each(['warn', 'skip'] as const)(
  'a reader that takes long is told so, and what is left out is a gap (%s)',
  async (slowReader) => {
    const clock = new ManualClock();
    const gateway = await LiveGateway.listen(source, { speed: 1, clock });
    const events: LiveEvent[] = [];
    const client = new LiveClient({
      key: new ApiKey(TEST_KEY),
      dataset: 'GLBX.MDP3',
      host: '127.0.0.1',
      port: gateway.port,
      stopAtEnd: true,
      slowReader,
      onEvent(event) {
        events.push(event);
        // Once it has been told, the rest comes.
        if (codeOf(event) !== undefined) gateway.playback.setSpeed(Infinity);
      },
    });
    client.subscribe({ schema: 'mbo', symbols: ['ESH4'] });
    const found: number[] = [];
    let gaps = 0;
    try {
      for await (const item of client) {
        if (item.kind === 'gap') gaps++;
        else
          for (const view of recordsOf(item))
            if (view.type === 'mbo')
              found.push(new DataView(view.bytes.buffer, view.bytes.byteOffset).getUint32(52, true));
        if (found.length !== 1 || gateway.streaming[0].outlet.blocked) continue;
        // Nearly all is due at once, and nobody reads; then time goes on.
        clock.advance(BLOCKS * ROWS - 10_000);
        await until(() => gateway.streaming[0].outlet.blocked);
        clock.advance(3000);
      }
    } finally {
      await gateway.close();
    }
    expect(found.at(-1)).toBe(BLOCKS * ROWS - 1);
    const isWhole = found.length === BLOCKS * ROWS;
    expect({ told: events.map(codeOf).filter(Boolean), isWhole, gaps }).toEqual(
      slowReader === 'warn' ? { told: [2], isWhole: true, gaps: 0 } : { told: [7], isWhole: false, gaps: 1 },
    );
  },
);
