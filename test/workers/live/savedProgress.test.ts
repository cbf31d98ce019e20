/** Who follows a session, and which part it writes next, where one takes another's place. */
import fc from 'fast-check';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import type { Store } from '../../../lake/store/store';
import { checkpoints, SavedProgress, type IntendedPart } from '../../../workers/live/savedProgress';
import { temporaryFolder } from '../../support/lake';
import { MemoryStore } from '../../support/memoryStore';

const PART: IntendedPart = { stream: 'a', part: 1, upTo: 17, options: 3, apart: false, final: false };

/** A store that is held up at the first write of a file, before it or after, until something else is done. */
function heldUp(store: Store, when: 'before' | 'after', name: string, meanwhile: () => Promise<void>): Store {
  let due = true;
  const put = async (key: string, bytes: Uint8Array) => {
    const now = due && key.includes(`/${name}-`);
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
      heldUp(store, when, 'intended', () => second.claim()),
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

test('what a worker writes late takes no place of what its successors have kept', async () => {
  const store = new MemoryStore();
  const follow = (of: Store = store) => new SavedProgress(of, 'ESH4', '2024-03-05');
  const second = follow();
  const first = follow(
    heldUp(store, 'before', 'state', async () => {
      await second.claim();
      await second.intend(PART);
      await second.keep(Buffer.from('after part 1'));
      await second.intend({ ...PART, part: 2 });
      await second.keep(Buffer.from('after part 2'));
    }),
  );
  await first.claim();
  await first.intend(PART);
  await first.keep(Buffer.from('after part 1, late'));
  const third = follow();
  await third.claim();
  expect(Buffer.from((await third.state())!.bytes).toString()).toBe('after part 2');
  expect(await third.intended()).toMatchObject({ part: 2 });
  await third.keep(Buffer.from('after part 3'));
  expect(await checkpoints(store)).toHaveLength(1);
  await third.forget();
  expect(await third.state()).toBeUndefined();
  expect(await checkpoints(store)).toEqual([]);
});

test('a worker that was held up before it forgets a session leaves what its successor has kept of it', async () => {
  const store = new MemoryStore();
  const [first, second, third] = [1, 2, 3].map(() => new SavedProgress(store, 'ESH4', '2024-03-05'));
  await first.claim();
  await first.keep(Buffer.from('old'));
  await second.claim();
  await second.beginWith(DEFAULT_SETTINGS);
  await second.keep(Buffer.from('new'));
  await first.forget();
  await third.claim();
  const kept = await third.state();
  expect(Buffer.from(kept!.bytes).toString()).toBe('new');
  expect(
    await third.begunWith(kept!, {
      ...DEFAULT_SETTINGS,
      levels: { ...DEFAULT_SETTINGS.levels, roundStepTicks: 1 },
    }),
  ).toEqual(DEFAULT_SETTINGS);
});

test('a session goes on with the levels that it began with, whatever one has noted that kept nothing', async () => {
  const store = new MemoryStore();
  const follow = (of: Store = store) => new SavedProgress(of, 'ESH4', '2024-03-05');
  const stepping = (roundStepTicks: number) => ({
    ...DEFAULT_SETTINGS,
    levels: { ...DEFAULT_SETTINGS.levels, roundStepTicks },
  });
  const second = follow();
  const first = follow(
    heldUp(store, 'before', 'state', async () => {
      await second.claim();
      await second.beginWith(stepping(2));
    }),
  );
  await first.claim();
  await first.beginWith(stepping(1));
  await first.keep(Buffer.from('of the first'));
  for (const next of [follow(), follow(), follow()]) {
    await next.claim();
    const kept = await next.state();
    expect(Buffer.from(kept!.bytes).toString()).toBe('of the first');
    expect(await next.begunWith(kept!, stepping(3))).toEqual(stepping(1));
    await next.keep(kept!.bytes);
  }
});

/** A session in a model: its state is the number of the part that was kept last, where that ended, and the levels it began with. */
interface Modelled {
  readonly part: number;
  readonly upTo: number;
  readonly levels: number;
}

test('each part is written with the same messages by all, wherever workers are held up or die', async () => {
  const worker = fc.record({
    begins: fc.nat(60),
    /** Of what it asks of the store: after so much it is gone. */
    dies: fc.oneof(fc.nat(40), fc.constant(Infinity)),
  });
  let written = 0;
  let takenOver = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(worker, { minLength: 2, maxLength: 4 }), async (s, workers) => {
      const store = new MemoryStore();
      const parts = new Map<number, string>();
      const follow = async (number: number, begins: number, dies: number) => {
        for (let i = 0; i < begins; i++) await s.schedule(Promise.resolve());
        let asked = 0;
        const turn = () => (asked++ < dies ? s.schedule(Promise.resolve()) : new Promise<never>(() => {}));
        const held = new Proxy(store, {
          get:
            (of, name: keyof MemoryStore) =>
            async (...given: unknown[]) => {
              await turn();
              return (of[name] as (...all: unknown[]) => Promise<unknown>)(...given);
            },
        });
        const saved = new SavedProgress(held, 'ESH4', '2024-03-05');
        await saved.claim();
        const [kept, intended] = await Promise.all([saved.state(), saved.intended()]);
        const own = { ...DEFAULT_SETTINGS, levels: { ...DEFAULT_SETTINGS.levels, roundStepTicks: number } };
        let state: Modelled = { part: 0, upTo: 0, levels: own.levels.roundStepTicks };
        if (kept) {
          state = JSON.parse(Buffer.from(kept.bytes).toString()) as Modelled;
          expect((await saved.begunWith(kept, own)).levels.roundStepTicks).toBe(state.levels);
          takenOver++;
        } else {
          await saved.beginWith(own);
          await saved.keep(Buffer.from(JSON.stringify(state)));
        }
        let redo = intended?.part === state.part + 1 ? intended : undefined;
        for (let i = 1; i <= 4; i++) {
          const part = state.part + 1;
          const upTo: number = redo?.upTo ?? 100 * state.upTo + 10 * number + i;
          redo = undefined;
          await saved.intend({ ...PART, part, upTo });
          await turn();
          const rows = `${state.upTo}-${upTo}`;
          expect(parts.get(part) ?? rows).toBe(rows);
          parts.set(part, rows);
          state = { ...state, part, upTo };
          await saved.keep(Buffer.from(JSON.stringify(state)));
          written++;
        }
      };
      const failures: unknown[] = [];
      for (const [i, { begins, dies }] of workers.entries())
        follow(i + 1, begins, dies).catch((error: unknown) => {
          if ((error as { code?: string }).code !== 'Fenced') failures.push(error);
        });
      await s.waitIdle();
      if (failures.length > 0) throw failures[0];
    }),
    { numRuns: 150 },
  );
  expect(written).toBeGreaterThan(100);
  expect(takenOver).toBeGreaterThan(30);
});
