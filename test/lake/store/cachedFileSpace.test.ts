import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CachedFileSpace, type FileTag, type RemoteFiles } from '../../../lake/store/cachedFileSpace';
import { FileCache } from '../../../lake/store/fileCache';
import { temporaryFolder } from '../../support/lake';

/** An object store that counts what it is asked. */
class CountingFiles implements RemoteFiles {
  readonly location = 'abfss://lake@acct1.dfs.core.windows.net/es';
  readonly asked: string[] = [];
  readonly held = new Map<string, { content: Buffer; etag: string }>();
  private puts = 0;

  set(key: string, content: string): FileTag {
    const etag = `"0x${++this.puts}"`;
    this.held.set(key, { content: Buffer.from(content), etag });
    return { etag, size: content.length };
  }

  private tag(key: string): FileTag | undefined {
    const file = this.held.get(key);
    return file && { etag: file.etag, size: file.content.length };
  }

  async tagOf(key: string): Promise<FileTag | undefined> {
    this.asked.push('look');
    return Promise.resolve(this.tag(key));
  }

  async download(key: string, path: string): Promise<FileTag | undefined> {
    this.asked.push('read');
    await Promise.resolve();
    const tag = this.tag(key);
    if (tag) writeFileSync(path, this.held.get(key)!.content);
    return tag;
  }

  async upload(path: string, key: string): Promise<FileTag> {
    this.asked.push('write');
    return Promise.resolve(this.set(key, readFileSync(path, 'utf8')));
  }
}

function setUp(folder = join(temporaryFolder(), 'cache'), remote = new CountingFiles()) {
  return { folder, remote, space: new CachedFileSpace(remote, new FileCache({ folder, bytes: 1e9 })) };
}
const dataFile = () => `silver/bars/trade_date=2024-03-05/part-00000-${randomUUID()}.parquet`;
const read = async (space: CachedFileSpace, key: string) => readFileSync(await space.pathOf(key), 'utf8');

it('asks once for a file that is written once, whoever wants it, and never for its own', async () => {
  const { folder, remote, space } = setUp();
  const [theirs, own] = [dataFile(), dataFile()];
  remote.set(theirs, 'rows');
  const paths = await Promise.all([space.pathOf(theirs), space.pathOf(theirs)]);
  expect(new Set(paths).size).toBe(1);
  expect(await read(space, theirs)).toBe('rows');
  const staged = await space.stage('x.parquet');
  writeFileSync(staged, 'own rows');
  await space.put(staged, own);
  expect(await read(setUp(folder, remote).space, own)).toBe('own rows');
  expect(remote.asked).toEqual(['read', 'write']);
});

it('looks whether other files are still the same', async () => {
  const { remote, space } = setUp();
  remote.set('raw/00/00.dbn', 'damaged');
  expect([await read(space, 'raw/00/00.dbn'), await read(space, 'raw/00/00.dbn')]).toEqual([
    'damaged',
    'damaged',
  ]);
  expect(remote.asked).toEqual(['look', 'read', 'look']);
  remote.set('raw/00/00.dbn', 'healed');
  expect(await read(space, 'raw/00/00.dbn')).toBe('healed');
  remote.held.delete('raw/00/00.dbn');
  expect(existsSync(await space.pathOf('raw/00/00.dbn'))).toBe(false);
});

it('gives a path to nothing where there is no file, also where one was', async () => {
  const { remote, space } = setUp();
  const key = dataFile();
  expect(existsSync(await space.pathOf(key))).toBe(false);
  remote.set(key, 'rows');
  expect(await read(space, key)).toBe('rows');
});

it('keeps lakes of several addresses apart', async () => {
  const { folder, remote, space } = setUp();
  const key = dataFile();
  remote.set(key, 'rows');
  const other = Object.assign(new CountingFiles(), {
    location: 'abfss://lake@acct1.dfs.core.windows.net/nq',
  });
  other.set(key, 'other rows');
  expect([await read(space, key), await read(setUp(folder, other).space, key)]).toEqual([
    'rows',
    'other rows',
  ]);
});

it('leaves nothing of a download that failed', async () => {
  const { remote, space } = setUp();
  const key = dataFile();
  remote.set(key, 'rows');
  const { download } = remote;
  remote.download = async (_, path) => {
    writeFileSync(path, 'ro');
    await Promise.resolve();
    throw new Error('cut');
  };
  await expect(space.pathOf(key)).rejects.toThrow('cut');
  remote.download = download;
  expect(await read(space, key)).toBe('rows');
});
