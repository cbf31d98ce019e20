import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encodeMetadata, encodeRecord, type StoredRecord } from '../../../graph/dbn';
import { TABLES } from '../../../graph/catalog/declaration';
import { Products } from '../../../graph/products/catalog';
import { Lake } from '../../../lake/lake';
import type { SpymasterError } from '../../../graph/errors';
import { findRawFiles, type Skipped } from '../../../lake/raw/findFiles';
import { RawStore } from '../../../lake/raw/rawStore';
import { LocalFileSpace } from '../../../lake/store/localFileSpace';
import { LocalStore } from '../../../lake/store/localStore';
import { dataPath, describeWithData } from '../../support/data';
import { someMbo, someMetadata, streamOf, temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';

const write = temporaryFiles();
const openRaw = async (folder = temporaryFolder()) => (await Lake.open(folder, TABLES)).raw;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** 2024-03-12 is a trade date in summer time: RTH is 13:30 to 20:00 UTC, the window ends at 21:00. */
const at = (time: string) => BigInt(Date.parse(`2024-03-${time}Z`)) * 1_000_000n;
const NANOS = 1_000_000_000n;

function trade(
  time: string,
  price: number,
  size: number,
  more: Partial<StoredRecord<'mbo'>> = {},
): StoredRecord<'mbo'> {
  return {
    ...someMbo(1)[0],
    action: 'T',
    tsEvent: at(time),
    tsRecv: at(time) + 1000n,
    price: BigInt(price) * NANOS,
    size,
    ...more,
  };
}

function fileOf(records: StoredRecord[]): Uint8Array {
  const metadata = {
    ...someMetadata(),
    start: at('11T00:00:00'),
    end: at('13T00:00:00'),
    mappings: [
      { rawSymbol: 'ESH4', intervals: [{ startDate: '2024-03-01', endDate: '2024-04-01', symbol: '17077' }] },
      { rawSymbol: 'ESM4', intervals: [{ startDate: '2024-03-01', endDate: '2024-04-01', symbol: '5602' }] },
      {
        rawSymbol: 'E2AH4 C5200',
        intervals: [{ startDate: '2024-03-01', endDate: '2024-04-01', symbol: '9' }],
      },
    ],
  };
  return new Uint8Array(
    Buffer.concat([encodeMetadata(metadata), ...records.map((record) => encodeRecord(record))]),
  );
}

describe('importing a raw file', () => {
  it('keeps its bytes under their digest, with what it covers', async () => {
    const raw = await openRaw();
    const bytes = streamOf(someMbo(1000));
    const { status, file } = await raw.import(write('day.mbo.dbn', bytes));
    expect(status).toBe('imported');
    expect(file).toMatchObject({
      digest: sha256(bytes),
      name: 'day.mbo.dbn',
      extension: '.dbn',
      bytes: bytes.length,
      encoding: 'plain',
      version: 3,
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      records: 1000,
      byType: { mbo: 1000 },
      unknown: 0,
    });
    const path = await raw.localPath(file);
    expect(sha256(readFileSync(path))).toBe(file.digest);
    expect(await raw.list()).toEqual([file]);
    expect(await (await openRaw(path.slice(0, path.indexOf('/raw/')))).list()).toEqual([file]);
  });

  it('counts volume and prices by trade date and session, from trades alone', async () => {
    const records: StoredRecord[] = [
      trade('11T20:59:59', 5100, 3), // the last second of the trade date before
      trade('11T22:00:00', 5300, 5), // overnight, the day's high
      trade('12T13:29:59', 5090, 7), // a second before the open, the day's low
      { ...trade('12T13:30:00', 5000, 50), action: 'A' },
      trade('12T13:30:00', 5200, 11),
      trade('12T16:00:00', 5250, 13),
      { ...trade('12T16:00:00', 5999, 13), action: 'F' },
      trade('12T19:59:59', 5150, 17),
      trade('12T20:00:00', 5290, 19), // the close is no longer regular trading
      trade('12T16:00:00', 6000, 23, { instrumentId: 5602 }),
      trade('12T16:00:00', 20, 29, { instrumentId: 9 }),
      trade('12T16:00:00', 5200, 31, { instrumentId: 77 }),
    ];
    const raw = await openRaw();
    const { coverage } = (await raw.import(write('two-days.dbn', fileOf(records)))).file;
    const [unknown, later, front] = [77, 5602, 17077].map((id) =>
      coverage.instruments.find(({ instrumentId }) => instrumentId === id),
    );
    expect(front?.symbol).toBe('ESH4');
    expect(front?.days.map(({ tradeDate, volume }) => [tradeDate, volume])).toEqual([
      ['2024-03-11', 3],
      ['2024-03-12', 72],
    ]);
    expect(front?.days[1]).toEqual({
      tradeDate: '2024-03-12',
      records: { mbo: 8 },
      firstTs: at('11T22:00:00') + 1000n,
      lastTs: at('12T20:00:00') + 1000n,
      volume: 72,
      high: 5300n * NANOS,
      low: 5090n * NANOS,
      rthVolume: 41,
      rthHigh: 5250n * NANOS,
      rthLow: 5150n * NANOS,
    });
    expect(front?.days[0]).toMatchObject({ rthVolume: 0, rthHigh: null, rthLow: null });
    expect([later?.symbol, later?.days[0].volume]).toEqual(['ESM4', 23]);
    expect([unknown?.symbol, unknown?.days[0].volume]).toEqual([null, 31]);
    // The option is in the totals only.
    expect(coverage.instruments).toHaveLength(3);
    expect(coverage.days).toMatchObject([
      { tradeDate: '2024-03-11', instruments: 1, records: { mbo: 1 } },
      { tradeDate: '2024-03-12', instruments: 4, records: { mbo: 11 } },
    ]);
  });

  it('is counted anew where the configuration has changed a product since', async () => {
    const folder = temporaryFolder();
    const records = [trade('12T12:30:00', 5300, 5), trade('12T16:00:00', 5250, 13)];
    await (await openRaw(folder)).import(write('hours.dbn', fileOf(records)));
    const rthHigh = async (products?: Products) =>
      (await (await Lake.open(folder, TABLES, products)).raw.catalog()).trading('2024-03-12')[0].rthHigh;
    expect(await rthHigh()).toBe(5250n * NANOS);
    expect(await rthHigh(new Products({ ES: { hours: { rth: ['08:00', '16:00'] } } }))).toBe(5300n * NANOS);
    expect(await rthHigh()).toBe(5250n * NANOS);
  });

  it('sets records without a usable time apart instead of failing on them', async () => {
    const raw = await openRaw();
    const records = [trade('12T16:00:00', 5200, 1), trade('12T16:00:00', 5200, 1, { tsRecv: 5n })];
    const { coverage } = (await raw.import(write('undated.dbn', fileOf(records)))).file;
    expect(coverage.undated).toBe(1);
    expect(coverage.days).toMatchObject([{ tradeDate: '2024-03-12', instruments: 1, records: { mbo: 1 } }]);
  });

  it('takes the same bytes only once, whatever they are called, by however many at once', async () => {
    const folder = temporaryFolder();
    const bytes = streamOf(someMbo(100));
    const paths = ['a.dbn', 'b.dbn', 'c.dbn'].map((name) => write(name, bytes));
    const raws = await Promise.all(paths.map(() => openRaw(folder)));
    const results = await Promise.all(paths.map((path, i) => raws[i].import(path)));
    expect(new Set(results.map(({ file }) => file.digest)).size).toBe(1);
    expect(new Set(results.map(({ file }) => file.name)).size).toBe(1);
    expect(await raws[0].list()).toHaveLength(1);
    expect((await raws[0].import(paths[1])).status).toBe('known');
  });

  it.each([
    ['breaks off', streamOf(someMbo(100)).subarray(0, 3000), 'TruncatedDbn'],
    ['is no DBN', new TextEncoder().encode('symbol,price\nESH4,4800\n'.repeat(20)), 'UnsupportedDbn'],
    ['is empty', new Uint8Array(0), 'TruncatedDbn'],
  ])('refuses a file that %s, by its name, and keeps nothing of it', async (_, bytes, code) => {
    const folder = temporaryFolder();
    const raw = await openRaw(folder);
    const path = write('bad.dbn', bytes);
    await expect(raw.import(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(path) as string,
      details: { file: path },
    });
    const { store } = await Lake.open(folder, TABLES);
    expect(await store.list('raw')).toEqual([]);
    expect(await store.list('.staging')).toEqual([]);
  });

  it('takes a file that breaks off when that is accepted, and remembers it', async () => {
    const folder = temporaryFolder();
    const bytes = streamOf(someMbo(100));
    const path = write('cut.dbn', bytes.subarray(0, bytes.length - 20));
    const raw = await openRaw(folder);
    await expect(raw.import(path)).rejects.toMatchObject({ code: 'TruncatedDbn' });
    const { file } = await raw.import(path, { acceptTruncated: true });
    expect(file).toMatchObject({ records: 99, leftBytes: 56 - 20 });
    expect(
      (await raw.import(write('whole.dbn', bytes), { acceptTruncated: true })).file.leftBytes,
    ).toBeNull();
    // Counted again by other hours, it is read again.
    const products = new Products({ ES: { hours: { rth: ['08:00', '16:00'] } } });
    const catalog = await (await Lake.open(folder, TABLES, products)).raw.catalog();
    expect(new Set(catalog.files.map(({ records }) => records))).toEqual(new Set([99, 100]));
  });

  it.each([
    ['is missing', (path: string) => rmSync(path)],
    ['was cut', (path: string) => truncateSync(path, 100)],
    ['has another bit', (path: string) => writeFileSync(path, readFileSync(path).fill(0x41, 500, 501))],
  ])('makes a raw file whole that %s', async (_, harm) => {
    const raw = await openRaw();
    const bytes = streamOf(someMbo(50));
    const path = write('heal.dbn', bytes);
    const { file } = await raw.import(path);
    const kept = await raw.localPath(file);
    harm(kept);
    expect(await raw.import(path)).toEqual({ status: 'healed', file });
    expect(Buffer.compare(readFileSync(kept), bytes)).toBe(0);
    expect(await raw.import(path)).toEqual({ status: 'known', file });
  });

  it('takes a file that may only be read, and keeps one that can be flushed', async () => {
    const raw = await openRaw();
    const path = write('read-only.dbn', streamOf(someMbo(5)));
    chmodSync(path, 0o444);
    const { file } = await raw.import(path);
    expect(statSync(await raw.localPath(file)).mode & 0o777).toBe(0o644);
  });

  it('makes a damaged registry entry whole', async () => {
    const folder = temporaryFolder();
    const path = write('entry.dbn', streamOf(someMbo(10)));
    const { file } = await (await openRaw(folder)).import(path);
    const { store } = await Lake.open(folder, TABLES);
    await store.put(`raw/${file.digest.slice(0, 2)}/${file.digest}.json`, new TextEncoder().encode('{'));
    const healed = await (await openRaw(folder)).import(path);
    expect(healed).toMatchObject({ status: 'healed', file: { digest: file.digest, records: 10 } });
    expect(await (await openRaw(folder)).list()).toEqual([healed.file]);
  });

  it('refuses more instruments than can be counted, with the offset, and keeps nothing', async () => {
    const folder = temporaryFolder();
    const [head, record] = [encodeMetadata(someMetadata()), encodeRecord(someMbo(1)[0])];
    const ids = 1_200_001;
    const bytes = Buffer.alloc(head.length + ids * record.length);
    bytes.set(head);
    for (let id = 1; id <= ids; id++) {
      const at = head.length + (id - 1) * record.length;
      bytes.set(record, at);
      bytes.writeUInt32LE(id, at + 4);
    }
    await expect((await openRaw(folder)).import(write('many.dbn', bytes))).rejects.toMatchObject({
      code: 'UnsupportedDbn',
      details: { offset: bytes.length - record.length },
    });
    const { store } = await Lake.open(folder, TABLES);
    expect([await store.list('raw'), await store.list('.staging')]).toEqual([[], []]);
  });

  it('leaves nothing behind where the disk is full', async () => {
    const folder = temporaryFolder();
    const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    const path = write('full.dbn', streamOf(someMbo(10)));
    const [store, space] = [new LocalStore(folder), new LocalFileSpace(folder)];
    jest.spyOn(store, 'putIfAbsent').mockImplementation(full);
    await expect(new RawStore(store, space, new Products()).import(path)).rejects.toThrow('ENOSPC');
    expect([await store.list('raw'), await store.list('.staging')]).toEqual([[], []]);
  });

  it('says by a code where the lake cannot be written', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.staging'), 'in the way');
    await expect(
      (await openRaw(folder)).import(write('no.dbn', streamOf(someMbo(10)))),
    ).rejects.toMatchObject({
      code: 'StoreUnavailable',
    });
  });

  it('refuses what is not there, and stops when it is cancelled', async () => {
    const raw = await openRaw();
    await expect(raw.import('/no/such/file.dbn')).rejects.toMatchObject({ code: 'NoInput' });
    await expect(raw.import(temporaryFolder())).rejects.toMatchObject({ code: 'NoInput' });
    const signal = AbortSignal.abort();
    await expect(raw.import(write('fine.dbn', streamOf(someMbo(10))), { signal })).rejects.toMatchObject({
      code: 'Cancelled',
    });
    expect(await raw.list()).toEqual([]);
  });

  it('says how far it is', async () => {
    const raw = await openRaw();
    const shares: number[] = [];
    await raw.import(write('long.dbn', streamOf(someMbo(50_000))), {
      onBytes: (read, total) => shares.push(read / total),
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('names a registry entry that is damaged', async () => {
    const folder = temporaryFolder();
    const { file } = await (await openRaw(folder)).import(write('ok.dbn', streamOf(someMbo(10))));
    const { store } = await Lake.open(folder, TABLES);
    const key = `raw/${file.digest.slice(0, 2)}/${file.digest}.json`;
    for (const text of ['{', JSON.stringify({ digest: file.digest })]) {
      await store.put(key, new TextEncoder().encode(text));
      await expect((await openRaw(folder)).list()).rejects.toMatchObject({
        code: 'CorruptTable',
        details: { file: expect.stringContaining(key) as string },
      });
    }
  });
});

describe('finding raw files', () => {
  it('takes a file as it is called, and of a folder the DBN files at any depth', async () => {
    const path = write('odd.name', streamOf(someMbo(1)));
    expect(await findRawFiles(path)).toEqual([path]);
    const folder = path.slice(0, path.lastIndexOf('/'));
    write('z.mbo.dbn.zst', new Uint8Array(1));
    write('A.DBZ', new Uint8Array(1));
    const found = (await findRawFiles(folder)).map((name) => name.slice(folder.length + 1));
    expect(found).toEqual(expect.arrayContaining(['A.DBZ', 'day.mbo.dbn', 'z.mbo.dbn.zst']));
    expect(found).not.toContain('odd.name');
    await expect(findRawFiles('/no/such')).rejects.toMatchObject({ code: 'NoInput' });
  });

  it('follows links to files and to folders, once to each folder', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(elsewhere, 'far.dbn'), '');
    writeFileSync(join(elsewhere, 'near.dbn.zst'), '');
    mkdirSync(join(folder, 'deep'));
    symlinkSync(join(elsewhere, 'far.dbn'), join(folder, 'latest'));
    symlinkSync(elsewhere, join(folder, 'deep', 'linked'));
    symlinkSync(elsewhere, join(folder, 'deep', 'linked again'));
    symlinkSync(folder, join(folder, 'deep', 'up'));
    expect((await findRawFiles(folder)).map((path) => path.slice(folder.length + 1))).toEqual([
      expect.stringMatching(/^deep\/linked( again)?\/far\.dbn$/),
      expect.stringMatching(/^deep\/linked( again)?\/near\.dbn\.zst$/),
      'latest',
    ]);
  });

  it('names links that lead nowhere, and finds the rest', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'b.dbn'), '');
    symlinkSync(join(folder, 'gone.dbn'), join(folder, 'a.dbn'));
    symlinkSync(join(folder, 'c.dbn'), join(folder, 'c.dbn'));
    const refused: string[] = [];
    const refuse = (path: string, { code }: SpymasterError) => refused.push(`${path} ${code}`);
    const found = await findRawFiles(folder, { refuse });
    expect(found).toEqual([join(folder, 'b.dbn')]);
    expect(refused.sort()).toEqual(['a.dbn', 'c.dbn'].map((name) => `${join(folder, name)} NoInput`));
  });

  it('passes over what is hidden, and lakes, unless they are named themselves', async () => {
    const folder = temporaryFolder();
    const put = (...path: string[]) => {
      mkdirSync(join(folder, ...path.slice(0, -1)), { recursive: true });
      writeFileSync(join(folder, ...path), '');
    };
    put('a.dbn');
    put('._a.dbn');
    put('.DS_Store');
    put('.trash', 'deep', 'b.dbn');
    put('store', 'lake.json');
    put('store', 'raw', '04', 'c.dbn');
    put('young', '.staging', 'left');
    put('young', 'raw', '05', 'd.dbn');
    symlinkSync(join(folder, 'store'), join(folder, 'linked'));
    const skipped: string[] = [];
    const skip = ({ path, why }: Skipped) => skipped.push(`${path.slice(folder.length + 1)} ${why}`);
    expect(await findRawFiles(folder, { skip })).toEqual([join(folder, 'a.dbn')]);
    const lake = expect.stringMatching(/^(store|linked) lake$/) as string;
    expect(skipped.sort()).toEqual(['._a.dbn hidden', '.trash hidden', lake, 'young lake']);
    for (const [named, file] of [
      ['.trash', 'deep/b.dbn'],
      ['store', 'raw/04/c.dbn'],
      ['young', 'raw/05/d.dbn'],
    ])
      expect(await findRawFiles(join(folder, named))).toEqual([join(folder, named, file)]);
  });

  it('says of a folder without any what it looked for', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.csv'), '');
    const message = expect.stringContaining('no DBN files (.dbn, .dbn.zst, .dbz) below ') as string;
    await expect(findRawFiles(folder)).rejects.toMatchObject({ code: 'NoInput', message });
  });
});

describeWithData('importing real files', () => {
  it('finds the published figures of the Christmas session', async () => {
    const raw = await openRaw();
    for (const day of ['24', '25']) await raw.import(dataPath(`esh4-glbx-mdp3-202312${day}.mbo.dbn.zst`));
    const files = await raw.list();
    expect(files.map(({ digest, records }) => [digest.slice(0, 16), records])).toEqual([
      ['f186e479ad0c381c', 8725],
      ['04597c542c1f0a9d', 68_792],
    ]);
    const catalog = await raw.catalog();
    expect(catalog.tradeDates()).toEqual(['2023-12-26']);
    expect(catalog.pieces('ESH4', '2023-12-26').map(({ file }) => file.digest)).toEqual(
      files.map(({ digest }) => digest),
    );
    expect(catalog.trading('2023-12-26')).toEqual([
      {
        symbol: 'ESH4',
        tradeDate: '2023-12-26',
        volume: 9892,
        high: 4_811_750_000_000n,
        low: 4_800_250_000_000n,
        rthVolume: 0,
        rthHigh: null,
        rthLow: null,
        // The venue's snapshot of Sunday, and Monday from its beginning to the end of the hour.
        captured: [
          { first: 1_703_422_805_718_200_244n, last: 1_703_422_805_718_200_244n },
          { first: 1_703_462_400_000_000_000n, last: 1_703_548_799_446_821_072n },
        ],
      },
    ]);
  });

  it('takes in every file there is', async () => {
    const raw = await openRaw();
    const paths = await findRawFiles(dataPath());
    for (const path of paths) expect((await raw.import(path)).status).toBe('imported');
    expect(paths.length).toBeGreaterThan(40);
    expect(await raw.list()).toHaveLength(paths.length);
  });
});
