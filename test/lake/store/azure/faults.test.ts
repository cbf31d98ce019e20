/** What a busy service, and a network that cuts connections, do to a lake: nothing. */
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { testStorage } from '../../../support/storage';
import { bytes, text } from '../storeContract';

const storage = testStorage();

/** The same fault for the first requests of a method, and what was asked in all. */
function first(count: number, method: string, fault: 'busy' | 'refused' | 'lost' | 'cut') {
  const asked: string[] = [];
  let left = count;
  storage.peer.interfere = (request) => {
    asked.push(request.method);
    return request.method === method && left-- > 0 ? fault : undefined;
  };
  return { asked };
}

it('asks a busy service again, for names as for bytes', async () => {
  const { store } = storage.open(storage.place());
  for (const fault of ['busy', 'refused'] as const) {
    const write = first(1, 'PUT', fault);
    await store.put(fault, bytes('rows'));
    expect(write.asked).toEqual(['PUT', 'PUT']);
    const read = first(1, 'GET', fault);
    expect((await store.list('')).map(({ key }) => key)).toContain(fault);
    expect(read.asked).toEqual(['GET', 'GET']);
    first(1, 'GET', fault);
    expect(text(await store.read(fault))).toBe('rows');
  }
});

it('knows a commit for its own whose answer was lost', async () => {
  const { store } = storage.open(storage.place());
  const lost = first(1, 'PUT', 'lost');
  expect(await store.putIfAbsent('log/0', bytes('mine'))).toBe(true);
  expect(lost.asked).toEqual(['PUT', 'PUT', 'HEAD']);
  first(1, 'PUT', 'lost');
  expect(await store.putIfAbsent('log/0', bytes('another'))).toBe(false);
  expect(text(await store.read('log/0'))).toBe('mine');
});

it('reads on where a body was cut', async () => {
  const { store, files } = storage.open(storage.place());
  const content = Buffer.alloc(300_000, 'rows of a table ');
  await store.put('log/0', content);
  const cut = first(2, 'GET', 'cut');
  expect(Buffer.compare(Buffer.from((await store.read('log/0'))!), content)).toBe(0);
  expect(cut.asked).toEqual(['GET', 'GET', 'GET']);
  first(2, 'GET', 'cut');
  expect(text(await store.read('log/0', { offset: 8, length: 20_000 }))).toHaveLength(20_000);
  first(2, 'GET', 'cut');
  const path = join(temporaryFolder(), 'file');
  expect(await files.download('log/0', path)).toMatchObject({ size: content.length });
  expect(readFileSync(path).equals(content)).toBe(true);
});

it('moves files of several blocks through both, whole', async () => {
  const { files } = storage.open(storage.place());
  const folder = temporaryFolder();
  const content = Buffer.alloc(35 * 2 ** 20);
  for (let at = 0; at < content.length; at += 4) content.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  writeFileSync(join(folder, 'sent'), content);
  const faults = ['busy', 'refused', 'lost', 'cut'] as const;
  let count = 0;
  storage.peer.interfere = () => (count++ % 3 === 0 ? faults[(count / 3) & 3] : undefined);
  const sent = await files.upload(join(folder, 'sent'), 'raw/day.dbn');
  expect(sent.size).toBe(content.length);
  expect(await files.download('raw/day.dbn', join(folder, 'got'))).toEqual(sent);
  expect(readFileSync(join(folder, 'got')).equals(content)).toBe(true);
});
