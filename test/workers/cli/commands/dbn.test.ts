import { encodeRecord } from '../../../../graph/dbn';

import { dataPath, describeWithData } from '../../../support/data';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';
import { spymasterHere } from '../../../support/spymaster';
import { loadCompressor } from '../../../support/zstd';

const file = temporaryFiles();

const run = (...args: string[]) => spymasterHere('dbn', ...args);

const strange = new Uint8Array(24);
strange.set([6, 0x77]);
const stream = new Uint8Array(Buffer.concat([streamOf(someMbo(30)), strange]));
let path: string;
beforeAll(async () => {
  path = file('some.dbn.zst', (await loadCompressor())(stream));
});
const stats = {
  version: 3,
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  start: '1703462400000000000',
  end: '1703548800000000000',
  records: 30,
  byType: { mbo: 30 },
  unknown: 1,
  symbols: ['ESH4'],
  minTsRecv: '1703462400000050000',
  maxTsRecv: '1703462400029050000',
};

describe('--stats', () => {
  test('--json prints one document with these members, and nothing else', async () => {
    const { stdout, stderr, code } = await run(path, '--stats', '--json');
    expect(JSON.parse(stdout)).toEqual(stats);
    expect(Object.keys(JSON.parse(stdout))).toEqual(Object.keys(stats));
    expect([stderr, code]).toEqual(['', 0]);
  });

  test('prints the same for a person', async () => {
    const { stdout } = await run(path, '--stats');
    expect(stdout).toContain('records       30\n');
    expect(stdout).toContain('by type       mbo 30\n');
    expect(stdout).toContain('first ts_recv 2023-12-25T00:00:00.000050000Z\n');
  });

  test('leaves out times that are undefined, and has none where no record carries one', async () => {
    const undefinedTime = someMbo(3).map((record) => ({ ...record, tsRecv: 2n ** 64n - 1n }));
    const mixed = file('mixed.dbn', streamOf([...undefinedTime, ...someMbo(1)]));
    expect(JSON.parse((await run(mixed, '--stats', '--json')).stdout)).toMatchObject({
      minTsRecv: '1703462400000050000',
      maxTsRecv: '1703462400000050000',
    });
    const none = file('none.dbn', streamOf(undefinedTime));
    expect(JSON.parse((await run(none, '--stats', '--json')).stdout)).toMatchObject({
      records: 3,
      minTsRecv: null,
      maxTsRecv: null,
    });
  });
});

describe('records', () => {
  test('--json prints metadata and all records, 64-bit integers as strings', async () => {
    const { stdout, code } = await run(path, '--json');
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document.metadata).toMatchObject({
      version: 3,
      schema: 'mbo',
      start: stats.start,
      end: stats.end,
    });
    expect(document.records.length).toBe(30);
    expect(document.records[29]).toEqual({
      type: 'mbo',
      publisherId: 1,
      instrumentId: 17077,
      tsEvent: '1703462400029000000',
      orderId: '6412777162841',
      price: '4807250000000',
      size: 3,
      flags: 128,
      channelId: 0,
      action: 'A',
      side: 'A',
      tsRecv: '1703462400029050000',
      tsInDelta: 12000,
      sequence: 29,
    });
  });

  test('--limit ends the document there', async () => {
    const { stdout } = await run(path, '--json', '--limit', '2');
    expect(JSON.parse(stdout).records.map((r: { sequence: number }) => r.sequence)).toEqual([0, 1]);
    expect(JSON.parse((await run(path, '--json', '--limit', '0')).stdout).records).toEqual([]);
  });

  test('are listed with symbol, price and time as people write them', async () => {
    const { stdout, stderr } = await run(path, '--limit', '3');
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(
      'DBN version 3, GLBX.MDP3, mbo, 2023-12-25T00:00:00.000000000Z to 2023-12-26T00:00:00.000000000Z, ESH4',
    );
    expect(lines[2]).toBe(
      '2023-12-25T00:00:00.001000000Z mbo ESH4 orderId=6412777162813 price=4800.25 size=2 flags=128 channelId=0 ' +
        'action=A side=A tsRecv=2023-12-25T00:00:00.001050000Z tsInDelta=12000 sequence=1',
    );
    expect(lines.length).toBe(4);
    expect(stderr).toContain('--limit');
  });

  test('twenty are enough for a person who named no limit', async () => {
    expect((await run(path)).stdout.split('\n').length).toBe(22);
  });
});

describe('outcomes', () => {
  test('where none is as asked for it is said, and where to look', async () => {
    const { stdout, stderr, code } = await run(path, '--from', '2029-01-02');
    expect([stdout.trimEnd().split('\n').length, code]).toEqual([1, 0]);
    expect(stderr).toContain('No record is in that range: --stats tells');
  });

  test('a damaged file fails, and the JSON document says so while staying one', async () => {
    const damaged = stream.slice();
    damaged[360 + 56 * 10] = 1;
    const { stdout, stderr, code } = await run(file('damaged.dbn', damaged), '--json');
    expect(code).toBe(1);
    const document = JSON.parse(stdout);
    expect(document.records.length).toBe(10);
    expect(document.error).toMatchObject({ code: 'CorruptDbn', offset: 360 + 560 });
    expect(stderr).toContain('damaged.dbn');
    expect((await run(file('damaged.dbn', damaged), '--stats', '--json')).stdout).toBe('');
  });

  test('a file that breaks off fails, or is read in part when that is accepted', async () => {
    const cut = file('cut.dbn', streamOf(someMbo(5)).subarray(0, -10));
    expect(await run(cut, '--stats')).toMatchObject({ code: 1, stdout: '' });
    const accepted = await run(cut, '--stats', '--json', '--accept-truncated');
    expect(accepted.code).toBe(3);
    expect(JSON.parse(accepted.stdout)).toMatchObject({ records: 4 });
    expect(accepted.stderr).toContain('breaks off');
  });

  test('something else than DBN fails with a reason', async () => {
    const { stdout, stderr, code } = await run(file('some.csv', Buffer.from('a,b\n1,2\n')), '--json');
    expect([stdout, code]).toEqual(['', 1]);
    expect(stderr).toContain('does not start with DBN metadata');
    expect((await run('/nonexistent.dbn')).code).toBe(1);
  });

  test('frames without a checksum are mentioned', async () => {
    const record = encodeRecord(someMbo(1)[0]);
    const content = Buffer.concat([streamOf([]), record]);
    // One raw block in a single-segment frame of a two-byte size.
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x60, 0, 0, 0, 0, 0]);
    head.writeUInt16LE(content.length - 256, 5);
    head.writeUIntLE((content.length << 3) | 1, 7, 3);
    const { stderr, code } = await run(file('raw.dbn.zst', Buffer.concat([head, content])), '--stats');
    expect([stderr.includes('without a checksum'), code]).toEqual([true, 0]);
  });
});

describeWithData('on real files', () => {
  test('counts are those of the reference', async () => {
    const { stdout } = await run(dataPath('esh4-glbx-mdp3-20231225.mbo.dbn.zst'), '--stats', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      records: 68_792,
      byType: { mbo: 68_792 },
      unknown: 0,
    });
  });

  test('a symbol is shown for every record of a parent request', async () => {
    const { stdout } = await run(dataPath('definition-glbx-es-opt.dbn.zst'));
    expect(stdout).toContain('definition ESM4 C4250 ');
    expect(stdout).toContain('strikePrice=4250 ');
  });
});
