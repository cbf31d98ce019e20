/** Every real DBN file at hand, decoded and written again: not a byte may differ. */
import { readFileSync, readdirSync } from 'node:fs';
import { encodeDbz, isDbz, decodeDbz } from '../../../graph/dbn/dbz';
import { encodeMbo, encodeMetadata, encodeRecord } from '../../../graph/dbn';
import type { DbnMetadata, DbnRecord, StoredRecord } from '../../../graph/dbn';
import { readDbn } from '../../../lake/raw/dbnFile';
import { decompress, isZstd } from '../../../lake/raw/zstd';
import { dataPath, describeWithData } from '../../support/data';
import { loadCompressor } from '../../support/zstd';

const LIMIT = 2 ** 30;
/** The uncompressed content of a file; of DBZ, what follows its metadata. */
function content(path: string): Buffer {
  const bytes = readFileSync(path);
  if (isDbz(bytes)) return Buffer.from(decompress(bytes.subarray(8 + bytes.readUInt32LE(4)), LIMIT));
  return isZstd(bytes) ? Buffer.from(decompress(bytes, LIMIT)) : bytes;
}

async function recordsOf(path: string) {
  const records: DbnRecord[] = [];
  const stored: StoredRecord[] = [];
  const summary = await readDbn(path, {
    record(view) {
      records.push(view.decode());
      stored.push(view.stored());
    },
  });
  return { summary, records, stored };
}

describeWithData('real DBN files', () => {
  const small = readdirSync(dataPath('dbn')).map((name) => dataPath('dbn', name));
  const large = readdirSync(dataPath())
    .filter((name) => name.endsWith('.dbn.zst'))
    .map((name) => dataPath(name));

  test('there are files to look at', () => {
    expect(small.length).toBeGreaterThanOrEqual(40);
    expect(large.length).toBeGreaterThanOrEqual(6);
  });

  test.each([...small, ...large])('%s is written again byte for byte, record by record', async (path) => {
    const { summary, stored } = await recordsOf(path);
    const { version } = summary.metadata;
    const pieces = stored.map((record) => encodeRecord(record, version));
    if (summary.encoding !== 'dbz') pieces.unshift(encodeMetadata(summary.metadata));
    expect(Buffer.concat(pieces).equals(content(path))).toBe(true);
    expect(summary.records).toBe(stored.length);
    expect(summary.unknown).toBe(0);
  });

  test.each([...small, ...large].filter((path) => path.includes('mbo')))(
    '%s is written again byte for byte through batches',
    async (path) => {
      const pieces: Uint8Array[] = [];
      let metadata: DbnMetadata | undefined;
      const summary = await readDbn(path, {
        metadata: (m) => void (metadata = m),
        mbo(batch, _, stride) {
          const out = new Uint8Array(batch.length * stride);
          expect(encodeMbo(batch, 0, batch.length, out, 0)).toBe(out.length);
          pieces.push(out);
        },
      });
      if (summary.encoding !== 'dbz') pieces.unshift(encodeMetadata(metadata!));
      expect(Buffer.concat(pieces).equals(content(path))).toBe(true);
    },
  );

  test.each(small.filter((path) => path.endsWith('.dbz')))(
    '%s gets back its own metadata frame',
    async (path) => {
      const bytes = readFileSync(path);
      const frame = bytes.subarray(0, 8 + bytes.readUInt32LE(4));
      const dbz = decodeDbz(frame, (body) => decompress(body, LIMIT));
      const again = Buffer.from(encodeDbz(dbz, await loadCompressor()));
      expect(again.subarray(8, 104).equals(frame.subarray(8, 104))).toBe(true);
      expect(decompress(again.subarray(104), LIMIT)).toEqual(decompress(frame.subarray(104), LIMIT));
      expect(decodeDbz(again, (body) => decompress(body, LIMIT))).toEqual(dbz);
    },
  );

  test('the Christmas evening holds what was published about it', async () => {
    const actions: Record<string, number> = {};
    const flags: Record<number, number> = {};
    let volume = 0;
    let last = { tsRecv: 0n, sequence: 0 };
    await readDbn(dataPath('esh4-glbx-mdp3-20231225.mbo.dbn.zst'), {
      mbo(batch) {
        for (let i = 0; i < batch.length; i++) {
          const action = String.fromCharCode(batch.action[i]);
          actions[action] = (actions[action] ?? 0) + 1;
          flags[batch.flags[i]] = (flags[batch.flags[i]] ?? 0) + 1;
          if (action === 'T') volume += batch.size[i];
          last = { tsRecv: batch.tsRecv[i], sequence: batch.sequence[i] };
        }
      },
    });
    expect(actions).toEqual({ A: 29_216, C: 17_999, M: 12_233, F: 6_371, T: 2_973 });
    expect(flags).toEqual({ 130: 47_021, 0: 13_045, 40: 8_725, 128: 1 });
    expect(volume).toBe(9_892);
    expect(last).toEqual({ tsRecv: 1_703_548_799_446_821_072n, sequence: 59_585 });
  });

  const twins = small.filter((path) => /\.v[12]\.dbn/.test(path));
  test.each(twins)('%s upgraded to version 3 equals its twin written in version 3', async (path) => {
    const old = await recordsOf(path);
    const twin = await recordsOf(path.replace(/\.v[12]\./, '.v3.'));
    expect(old.records).toEqual(twin.records);
    expect(old.records.map((record) => Buffer.from(encodeRecord(record)))).toEqual(
      twin.records.map((record) => Buffer.from(encodeRecord(record))),
    );
  });
});
