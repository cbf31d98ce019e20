/** Decoding of MBO files into columnar batches, plain and from zstd, on one thread. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMbo, encodeMetadata, fileMetadata, MBO_BYTES } from '../../graph/dbn';
import { Action, Flag, MboBatch, Side } from '../../graph/records/mbo';
import { readDbn } from '../../lake/raw/dbnFile';
import { loadZstdWriter } from '../../lake/raw/zstd';
import { beside, runPeer } from './peers';
import { sized } from './size';
import type { BenchResult } from './types';

const RECORDS = sized(6_000_000, 20_000);
const ROWS = 4096;
const ROUNDS = sized(5, 1);
const START = 1_703_462_400_000_000_000n;
const PEER = 'databento (Python) into numpy';

export async function bench(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'spymaster-bench-'));
  try {
    const plain = join(folder, 'plain.dbn');
    const packed = join(folder, 'packed.dbn.zst');
    await generate(plain, packed);
    return [await decoding('DBN decode, plain', plain), await decoding('DBN decode, zstd', packed)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The best of some rounds: the first one warms up the compiler, and a busy machine slows down any. */
async function decoding(name: string, path: string): Promise<BenchResult> {
  let value = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let rows = 0;
    const started = performance.now();
    const { records } = await readDbn(path, { mbo: (batch) => void (rows += batch.length) });
    if (rows !== RECORDS || records !== RECORDS)
      throw new Error(`${name}: ${rows} of ${RECORDS} records came out`);
    value = Math.max(value, RECORDS / ((performance.now() - started) / 1000));
  }
  const peer = runPeer('databento_decode.py', path)?.records_per_second;
  return { name, value, unit: 'records/s', ...beside(value, PEER, peer), note: `${RECORDS} MBO records` };
}

/** Writes the same records plain and compressed. */
async function generate(plainPath: string, packedPath: string): Promise<void> {
  const plain = openSync(plainPath, 'w');
  const packed = openSync(packedPath, 'w');
  const openZstd = await loadZstdWriter();
  const zstd = openZstd((bytes) => void writeSync(packed, bytes));
  const write = (bytes: Uint8Array) => {
    writeSync(plain, bytes);
    zstd.push(bytes);
  };
  write(
    encodeMetadata(
      fileMetadata({ dataset: 'GLBX.MDP3', schema: 'mbo', start: START, end: null, symbols: ['ESH4'] }),
    ),
  );
  const batch = new MboBatch(ROWS);
  const fill = orderFlow(batch);
  for (let left = RECORDS; left > 0; left -= batch.length) {
    fill(Math.min(ROWS, left));
    const bytes = new Uint8Array(batch.length * MBO_BYTES);
    encodeMbo(batch, 0, batch.length, bytes, 0);
    write(bytes);
  }
  zstd.end();
  closeSync(plain);
  closeSync(packed);
}

/** Fills the batch with something as compressible as real order flow: rising times and ids, prices near each other. */
function orderFlow(batch: MboBatch): (rows: number) => void {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let time = START;
  let sequence = 0;
  let orderId = 6_412_777_162_812n;
  return (rows) => {
    batch.length = rows;
    for (let i = 0; i < rows; i++) {
      const added = random(100) < 45;
      time += BigInt(random(40_000));
      if (added) orderId += BigInt(1 + random(3));
      batch.publisherId[i] = 1;
      batch.instrumentId[i] = 17_077;
      batch.tsEvent[i] = time;
      batch.tsRecv[i] = time + BigInt(100_000 + random(60_000));
      batch.tsInDelta[i] = 12_000 + random(8000);
      batch.sequence[i] = sequence += random(2);
      batch.orderId[i] = added ? orderId : orderId - BigInt(random(500));
      batch.price[i] = 4_805_000_000_000n + BigInt(random(40) - 20) * 250_000_000n;
      batch.size[i] = random(4) === 0 ? 1 + random(20) : 1;
      batch.flags[i] = Flag.Last | Flag.PublisherSpecific;
      batch.channelId[i] = 0;
      batch.action[i] = added ? Action.Add : [Action.Cancel, Action.Modify][random(2)];
      batch.side[i] = random(2) === 0 ? Side.Bid : Side.Ask;
    }
  };
}
