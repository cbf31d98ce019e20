/** Every real DBN file at hand, decoded and written again: not a byte may differ. */
import { readFileSync, readdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeDbz, isDbz, decodeDbz } from '../../../graph/dbn/dbz';
import { encodeMbo, encodeMetadata, encodeRecord } from '../../../graph/dbn';
import type { DbnMetadata, DbnRecord, StoredRecord } from '../../../graph/dbn';
import { readDbn } from '../../../lake/raw/dbnFile';
import { deflate, inflate, isZstd } from '../../../lake/raw/zstd';
import { dataPath, describeWithData } from '../../support/data';

const LIMIT = 2 ** 30;
/** The uncompressed content of a file; of DBZ, what follows its metadata. */
function content(path: string): Buffer {
  const bytes = readFileSync(path);
  if (isDbz(bytes)) return Buffer.from(inflate(bytes.subarray(8 + bytes.readUInt32LE(4)), LIMIT));
  return isZstd(bytes) ? Buffer.from(inflate(bytes, LIMIT)) : bytes;
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

  test.each(small.filter((path) => path.endsWith('.dbz')))('%s gets back its own metadata frame', (path) => {
    const bytes = readFileSync(path);
    const frame = bytes.subarray(0, 8 + bytes.readUInt32LE(4));
    const dbz = decodeDbz(frame, (body) => inflate(body, LIMIT));
    const again = Buffer.from(encodeDbz(dbz, deflate));
    expect(again.subarray(8, 104).equals(frame.subarray(8, 104))).toBe(true);
    expect(inflate(again.subarray(104), LIMIT)).toEqual(inflate(frame.subarray(104), LIMIT));
    expect(decodeDbz(again, (body) => inflate(body, LIMIT))).toEqual(dbz);
  });

  test('a file in plain, compressed and cut form', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dbn-'));
    const plain = content(dataPath('esh4-glbx-mdp3-20231224.mbo.dbn.zst'));
    const path = join(folder, 'plain.dbn');
    writeFileSync(path, plain);
    const { summary } = await recordsOf(path);
    expect(summary).toMatchObject({ encoding: 'plain', streamBytes: plain.length, truncated: false });
    rmSync(folder, { recursive: true });
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
