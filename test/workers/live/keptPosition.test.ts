import { keptPosition, PositionKeeper } from '../../../workers/live/keptPosition';
import type { FollowListener } from '../../../workers/live/following';
import { MemoryStore } from '../../support/memoryStore';

const OF = { contract: 'ESH4', tradeDate: '2024-03-05' };
const COUNTS = {
  packets: 4,
  records: 40,
  duplicates: 0,
  repeated: 0,
  missing: 0,
  unreadable: 0,
  withoutOptions: 0,
};

function follower(): { tell: FollowListener; calls: string[] } {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const names = ['begun', 'progress', 'result', 'poisoned', 'takenOver', 'kept', 'unwritten'] as const;
  return {
    calls,
    tell: Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as FollowListener,
  };
}

test('where a session is is kept with every part, and how it ended', async () => {
  const store = new MemoryStore();
  const { tell, calls } = follower();
  const keeper = new PositionKeeper(store, OF, tell);
  const { listener } = keeper;
  listener.begun({ resumed: true, stream: 's', partition: '3', answered: 5 });
  listener.progress(COUNTS, true, { position: 90, behind: 7, lagMs: 12, latest: undefined });
  expect(await keptPosition(store, OF)).toBeUndefined();
  listener.kept?.(0.1);
  listener.takenOver();
  expect(calls).toEqual(['begun', 'progress', 'kept', 'takenOver']);
  await keeper.end('suspended');
  expect(await keptPosition(store, OF)).toEqual({
    phase: 'stopped',
    behind: 7,
    lagMs: 12,
    market: null,
    results: 5,
    at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
  });
  await keeper.end('ended');
  expect(await keptPosition(store, OF)).toMatchObject({ phase: 'over', results: 5 });
});

test('a store that refuses it, and what is there and cannot be read, hold nothing up', async () => {
  const { tell } = follower();
  const refusing = { put: () => Promise.reject(new Error('no room')) };
  const keeper = new PositionKeeper(refusing, OF, tell);
  keeper.listener.begun({ resumed: false, stream: 's', partition: '0', answered: 0 });
  keeper.listener.kept?.(0.1);
  await keeper.end(undefined);
  const store = new MemoryStore();
  await store.put('_live/ESH4/2024-03-05/position.json', Buffer.from('{"phase":'));
  expect(await keptPosition(store, OF)).toBeUndefined();
});
