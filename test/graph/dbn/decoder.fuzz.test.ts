/**
 * Damaged streams, 200,000 of them: each ends in records or in an error that names an offset within the
 * stream, never in a crash, an endless loop or memory out of proportion.
 */
import fc from 'fast-check';
import { DbnDecoder, RECORD_TYPES, encodeMetadata, encodeRecord } from '../../../graph/dbn';
import type { DbnVersion } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import { anyRecord, randomNumbers } from '../../support/dbnRecords';

const VERSIONS: DbnVersion[] = [1, 2, 3];
const RUNS = 200_000;

/** A small stream of each version: metadata with mappings, one record of every type, and a run of MBO. */
const SEEDS = VERSIONS.map((version) => {
  const metadata = encodeMetadata({
    version,
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    start: 1n,
    end: 2n,
    limit: null,
    stypeIn: 'parent',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: ['ES.FUT'],
    partial: ['A'],
    notFound: ['B'],
    mappings: ['ESH4', 'ESM4'].map((rawSymbol, k) => ({
      rawSymbol,
      intervals: [{ startDate: '2024-01-01', endDate: '2024-02-01', symbol: String(k) }],
    })),
  });
  const records = [...RECORD_TYPES, 'mbo' as const, 'mbo' as const, 'mbo' as const].map((type) =>
    encodeRecord(fc.sample(anyRecord(type, version), { numRuns: 1, seed: version })[0], version),
  );
  return { bytes: new Uint8Array(Buffer.concat([metadata, ...records])), metadataBytes: metadata.length };
});

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

/** The stream with one to four pieces of damage. */
function damage(
  { bytes, metadataBytes }: (typeof SEEDS)[number],
  random: (below: number) => number,
): Uint8Array {
  let out: Uint8Array = bytes.slice();
  // Half of the damage goes into the metadata, where the counts and lengths are.
  const place = () => (random(2) === 0 ? random(Math.min(metadataBytes, out.length)) : random(out.length));
  for (let k = random(4); k >= 0 && out.length > 0; k--) {
    const at = place();
    switch (random(6)) {
      case 0:
        out[at] ^= 1 << random(8);
        break;
      case 1:
        out[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)];
        break;
      case 2: // a count or length gone wild
        for (let j = at; j < Math.min(at + 4, out.length); j++) out[j] = random(2) === 0 ? 0xff : random(256);
        break;
      case 3:
        out = out.subarray(0, at);
        break;
      case 4: // bytes lost
        out = join(out.subarray(0, at), out.subarray(at + 1 + random(40)));
        break;
      default: // bytes repeated
        out = join(out.subarray(0, at), out.subarray(Math.max(0, at - random(80))));
    }
  }
  return out;
}

test(`${RUNS} damaged streams end in records or in an error that names its offset`, () => {
  const random = randomNumbers(20240508);
  const outcomes: Record<string, number> = {};
  const before = process.memoryUsage().rss;
  for (let run = 0; run < RUNS; run++) {
    const stream = damage(SEEDS[run % SEEDS.length], random);
    let handed = 0;
    const decoder = new DbnDecoder({
      record(view) {
        handed++;
        if (run % 4 === 0) view.decode();
      },
      // Every other run by batches.
      ...(run % 2 === 0 && { mbo: (batch) => (handed += batch.length) }),
    });
    let outcome = 'records';
    try {
      const cut = random(stream.length + 1);
      decoder.push(stream.subarray(0, cut));
      decoder.push(stream.subarray(cut));
      decoder.end();
    } catch (error) {
      if (!(error instanceof SpymasterError)) throw error;
      const { offset } = error.details;
      if (offset === undefined || offset < 0 || offset > stream.length)
        throw new Error(`run ${run}: ${error.message} at ${offset} of ${stream.length}`, { cause: error });
      outcome = error.code;
    }
    if (handed > stream.length / 16)
      throw new Error(`run ${run}: ${handed} records of ${stream.length} bytes`);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  // The damage must have reached every way out, else it tested little.
  expect(Object.keys(outcomes).sort()).toEqual(['CorruptDbn', 'TruncatedDbn', 'UnsupportedDbn', 'records']);
  for (const n of Object.values(outcomes)) expect(n).toBeGreaterThan(RUNS / 100);
  expect(process.memoryUsage().rss - before).toBeLessThan(400e6);
});
