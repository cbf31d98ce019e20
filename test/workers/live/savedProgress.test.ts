/** Who follows a session, and which part it writes next, where one takes another's place. */
import { Lake } from '../../../lake/lake';
import type { Store } from '../../../lake/store/store';
import { SavedProgress, type IntendedPart } from '../../../workers/live/savedProgress';
import { temporaryFolder } from '../../support/lake';

const PART: IntendedPart = { stream: 'a', part: 1, upTo: 17, options: 3, apart: false, final: false };

/** A store that is held up at the first write of a file, before it or after, until something else is done. */
function heldUp(store: Store, when: 'before' | 'after', name: string, meanwhile: () => Promise<void>): Store {
  let due = true;
  const put = async (key: string, bytes: Uint8Array) => {
    const now = due && key.endsWith(name);
    if (now) due = false;
    if (now && when === 'before') await meanwhile();
    await store.put(key, bytes);
    if (now && when === 'after') await meanwhile();
  };
  return new Proxy(store, { get: (of, key) => (key === 'put' ? put : Reflect.get(of, key, of)) });
}

test.each(['before', 'after'] as const)(
  'a part is written by one who has noted it and follows the session still: another came %s that',
  async (when) => {
    const { store } = await Lake.open(temporaryFolder(), []);
    const second = new SavedProgress(store, 'ESH4', '2024-03-05');
    const first = new SavedProgress(
      heldUp(store, when, 'intended.json', () => second.claim()),
      'ESH4',
      '2024-03-05',
    );
    await first.claim();
    await expect(first.intend(PART)).rejects.toMatchObject({ code: 'Fenced' });
    await expect(second.intend({ ...PART, upTo: 41 })).resolves.toBeUndefined();
    expect(await second.intended()).toMatchObject({ upTo: 41 });
  },
);

test('whoever takes the place of one who has noted a part knows of it', async () => {
  const { store } = await Lake.open(temporaryFolder(), []);
  const [first, second] = [1, 2].map(() => new SavedProgress(store, 'ESH4', '2024-03-05'));
  await first.claim();
  await first.intend(PART);
  await second.claim();
  expect(await second.intended()).toEqual(PART);
  await expect(first.keep(new Uint8Array())).rejects.toMatchObject({ code: 'Fenced' });
});
