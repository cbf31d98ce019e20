import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ApiKey,
  downloadFile,
  downloadRange,
  HistoricalClient,
  type BatchFile,
} from '../../../../workers/databento';
import { partOf } from '../../../../workers/databento/historical/download';
import { HistoricalServer, sendRange, type Asked } from '../../../support/historicalServer';
import { temporaryFolder } from '../../../support/lake';
import { TEST_KEY } from '../../../support/scriptedGateway';
import { until } from '../../../support/until';

let server: HistoricalServer;
beforeEach(async () => {
  server = await HistoricalServer.start();
});
afterEach(() => server.stop());

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, k) => (k * k) % 251));
const clientOf = () =>
  new HistoricalClient({ key: new ApiKey(TEST_KEY), baseUrl: server.url, random: () => 0 });

function serve(answer: (asked: Asked, response: ServerResponse) => void): BatchFile {
  server.intervene = (asked, response) => {
    answer(asked, response);
    return true;
  };
  return {
    filename: 'a.dbn.zst',
    size: BYTES.length,
    hash: `sha256:${createHash('sha256').update(BYTES).digest('hex')}`,
    urls: { https: `${server.url}/batch/download/USER/JOB/a.dbn.zst` },
  };
}

/** Sends some bytes, and breaks the connection once they are on the disk. */
async function sendSome(asked: Asked, response: ServerResponse, n: number, path: string): Promise<void> {
  const from = Number(/=(\d+)/.exec(asked.headers.range ?? '=0')![1]);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': BYTES.length - from });
  response.write(BYTES.subarray(from, from + n));
  await until(() => existsSync(path) && statSync(path).size === from + n);
  response.destroy();
}

const place = () => join(temporaryFolder(), 'folder', 'a.dbn.zst');

test('a file that breaks off again and again goes on where it did', async () => {
  const path = place();
  const file = serve((asked, response) => {
    if (server.asked.length < 9) void sendSome(asked, response, 30_000, partOf(path));
    else sendRange(BYTES, asked.headers.range, response);
  });
  let told = 0;
  await downloadFile(clientOf(), file, path, { onBytes: (more) => (told += more) });
  expect(readFileSync(path).equals(BYTES)).toBe(true);
  expect(existsSync(partOf(path))).toBe(false);
  const starts = server.asked.map(({ headers }) => Number(/=(\d+)/.exec(headers.range ?? '=0')![1]));
  expect(starts).toEqual(Array.from({ length: 9 }, (_, k) => k * 30_000));
  expect(told).toBe(BYTES.length);
});

test('what an earlier download left is gone on with, and a whole file is left alone', async () => {
  const file = serve((asked, response) => sendRange(BYTES, asked.headers.range, response));
  const path = place();
  await downloadFile(clientOf(), file, path);
  writeFileSync(partOf(path), BYTES.subarray(0, 123_456));
  await downloadFile(clientOf(), file, path);
  expect(server.asked).toHaveLength(1);
  writeFileSync(path, 'damaged');
  await downloadFile(clientOf(), file, path);
  expect(server.asked[1].headers.range).toBe('bytes=123456-');
  expect(readFileSync(path).equals(BYTES)).toBe(true);
});

test('a server that knows no ranges sends all of it', async () => {
  const file = serve((_, response) => sendRange(BYTES, undefined, response));
  const path = place();
  await downloadFile(clientOf(), file, path);
  writeFileSync(path, '');
  writeFileSync(partOf(path), BYTES.subarray(0, 10));
  await downloadFile(clientOf(), file, path);
  expect(readFileSync(path).equals(BYTES)).toBe(true);
});

test('a damaged rest is fetched anew as a whole; a file that is another than announced is refused', async () => {
  const path = place();
  const file = serve((asked, response) => sendRange(BYTES, asked.headers.range, response));
  await downloadFile(clientOf(), file, path);
  writeFileSync(path, '');
  writeFileSync(partOf(path), Buffer.alloc(1000, 7));
  await downloadFile(clientOf(), file, path);
  expect(readFileSync(path).equals(BYTES)).toBe(true);

  const other = place();
  const wrong = downloadFile(clientOf(), { ...file, hash: `sha256:${'0'.repeat(64)}` }, other);
  await expect(wrong).rejects.toMatchObject({ code: 'CorruptDbn' });
  expect([other, partOf(other)].some((one) => existsSync(one))).toBe(false);
});

test('a stream that broke off is asked for anew, and has its name once it is whole', async () => {
  const whole = server.file('2024-03-04', 'mbo', 'ESH4');
  server.intervene = (_, response) => {
    if (server.asked.length > 1) return false;
    response.writeHead(200);
    response.write(whole.subarray(0, 100), () => response.destroy());
    return true;
  };
  const path = place();
  const request = { dataset: 'GLBX.MDP3', schema: 'mbo', symbols: ['ESH4'], stypeIn: 'raw_symbol' } as const;
  const span = { start: '2024-03-04', end: '2024-03-05' };
  await downloadRange(clientOf(), { ...request, ...span }, path);
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(server.asked[0].form).toMatchObject({
    encoding: 'dbn',
    compression: 'zstd',
    symbols: 'ESH4',
    ...span,
  });

  const refused = place();
  const verify = () => Promise.reject(new Error('not whole'));
  await expect(downloadRange(clientOf(), { ...request, ...span }, refused, { verify })).rejects.toThrow(
    'not whole',
  );
  expect([refused, partOf(refused)].some((one) => existsSync(one))).toBe(false);
});
