import {
  DbnDecoder,
  encodeMetadata,
  encodeRecord,
  fileMetadata,
  type StoredRecord,
} from '../../../graph/dbn';
import { fileSource } from '../../../workers/replay/fileSource';
import type { MarketSource } from '../../../workers/databento';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath, describeWithData } from '../../support/data';
import { someMbo, streamOf, temporaryFiles } from '../../support/dbnFiles';

const signal = new AbortController().signal;
const file = temporaryFiles();

async function bytesOf(source: MarketSource): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let last = 0n;
  for await (const { bytes, times, offsets, count } of source.blocks(0n, signal)) {
    pieces.push(bytes);
    expect(offsets[count]).toBe(bytes.length);
    expect(times.every((time, k) => time >= (k === 0 ? last : times[k - 1]))).toBe(true);
    last = times[count - 1];
  }
  return Buffer.concat(pieces);
}

const MBO = someMbo(9000);
const encoded = (records: readonly StoredRecord[]) => Buffer.concat(records.map((one) => encodeRecord(one)));

test('files that hold parts of a market are one, in order of time', async () => {
  const parts = [0, 1, 2].map((part) => MBO.filter((_, k) => k % 3 === part));
  const paths = parts.map((records, k) => file(`part${k}.dbn`, streamOf(records)));
  const source = await fileSource(paths, signal);
  expect((await bytesOf(source)).equals(encoded(MBO))).toBe(true);
  expect(source.dataset).toBe('GLBX.MDP3');
  expect([...source.schemas]).toEqual(['mbo']);
  expect(source.symbols).toMatchObject([{ instrumentId: 17077, symbol: 'ESH4' }]);
});

test('a capture of a live session is served without what that session was told, and names its instruments', async () => {
  const metadata = {
    ...fileMetadata({ dataset: 'GLBX.MDP3', schema: null, start: 0n, end: null, symbols: [] }),
    stypeIn: null,
    tsOut: true,
  };
  const mapping: StoredRecord = {
    type: 'symbol-mapping',
    publisherId: 0,
    instrumentId: 17077,
    tsEvent: 0n,
    stypeIn: 1,
    stypeInSymbol: 'ESH4',
    stypeOut: 1,
    stypeOutSymbol: 'ESH4',
    startTs: 0n,
    endTs: 2n ** 64n - 1n,
    tsOut: 7n,
  };
  const stamped = MBO.slice(0, 50).map((record) => ({ ...record, tsOut: 9n }));
  const path = file(
    'capture.dbn',
    new Uint8Array(Buffer.concat([encodeMetadata(metadata), encoded([mapping, ...stamped])])),
  );
  const source = await fileSource([path], signal);
  expect((await bytesOf(source)).equals(encoded(MBO.slice(0, 50)))).toBe(true);
  expect(source.symbols).toMatchObject([{ instrumentId: 17077, symbol: 'ESH4' }]);
});

test('reading that is left in the middle ends', async () => {
  const source = await fileSource([file('left.dbn', streamOf(MBO))], signal);
  for await (const { count } of source.blocks(0n, signal)) {
    expect(count).toBeGreaterThan(0);
    break;
  }
});

test('files of two datasets are refused, and so are files without records', async () => {
  const other = encodeMetadata(
    fileMetadata({ dataset: 'XNAS.ITCH', schema: 'mbo', start: 0n, end: 1n, symbols: [] }),
  );
  const paths = [file('a.dbn', streamOf(MBO.slice(0, 1))), file('b.dbn', other)];
  await expect(fileSource(paths, signal)).rejects.toThrow(/a session has one dataset/);
  await expect(fileSource(paths.slice(1), signal)).rejects.toMatchObject({ code: 'NoInput' });
});

describeWithData('real files', () => {
  test.each([
    'esm4-glbx-mdp3-20240508.mbo.dbn.zst',
    'definition-glbx-es-opt.dbn.zst',
    'dbn/test_data.definition.dbz',
  ])('%s comes as version 3 stores it', async (name) => {
    const records: Uint8Array[] = [];
    await readDbn(dataPath(name), { record: (view) => records.push(encodeRecord(view.decode())) });
    const bytes = await bytesOf(await fileSource([dataPath(name)], signal));
    expect(bytes.equals(Buffer.concat(records))).toBe(true);
    let n = 0;
    new DbnDecoder(
      { record: () => n++ },
      { metadata: fileMetadata({ dataset: '', schema: null, start: 0n, end: null, symbols: [] }) },
    ).push(bytes);
    expect(n).toBe(records.length);
  });
});
