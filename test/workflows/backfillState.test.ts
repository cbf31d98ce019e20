import fc from 'fast-check';
import type { BuildResult } from '../../activities/planning/builds';
import type { Layer } from '../../graph/datasets/layers';
import { contractDate } from '../../graph/datasets/units';
import { packItem, stateOf, unpackItem, waiting, type Item } from '../../graph/planning/items';
import { BackfillState } from '../../workflows/backfillState';

const START = 1_000_000;
const DATES = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
const plan = () =>
  DATES.map((tradeDate) =>
    packItem(
      waiting({
        scope: contractDate('ESH4', tradeDate),
        layers: ['bronze', 'silver'],
        reason: 'missing',
        after: [],
      }),
    ),
  );
const begun = () => new BackfillState({ items: plan(), failures: [] }, START);
const ended = (tradeDate: string, ...statuses: ('published' | 'failed' | 'skipped')[]): BuildResult => ({
  scope: contractDate('ESH4', tradeDate),
  layers: statuses.map((status, k) => ({ layer: k ? 'silver' : 'bronze', status, rows: {}, seconds: 1 })),
});

test('rate and time left follow from the builds that ended', () => {
  const state = begun();
  expect(state.progress()).toMatchObject({ perMinute: null, etaSeconds: null });
  for (const minute of [1, 2]) {
    const item = state.next()!;
    expect(state.begin(item)).toEqual(['bronze', 'silver']);
    state.finish(item, START + minute * 60_000, ended(item.scope.key.trade_date, 'published', 'published'));
  }
  expect(state.progress()).toMatchObject({ perMinute: 1, etaSeconds: 120, counts: { done: 2, waiting: 2 } });
  state.restartClock(START + 3_600_000);
  expect(state.progress()).toMatchObject({ perMinute: null, etaSeconds: null });
});

test('a build that ended without a result failed in every layer it ran', () => {
  const state = begun();
  const item = state.next()!;
  state.begin(item);
  state.finish(item, START, undefined, { type: 'TerminatedFailure', message: 'gone' });
  expect(packItem(item)).toBe('ESH4/2024-01-02 missing ff--');
  expect(state.progress().failed).toEqual([
    { key: 'ESH4/2024-01-02', type: 'TerminatedFailure', message: 'gone' },
  ]);
});

test('a retry takes up the failed layer and those above it, and forgets the failure', () => {
  const state = begun();
  const item = state.next()!;
  state.begin(item);
  state.finish(item, START, ended(item.scope.key.trade_date, 'published', 'failed'), {
    type: 'X',
    message: 'm'.repeat(5000),
  });
  expect(state.progress().failed[0].message).toHaveLength(300);
  expect(state.retryFailed()).toBe(1);
  expect(state.progress().failed).toEqual([]);
  expect(state.next()).toBe(item);
  expect(state.begin(item)).toEqual(['silver']);
});

test.each(['before', 'after'])(
  'a build that ran when what it reads was retried is done again, the retried ending %s it',
  (order) => {
    const reader = waiting({
      scope: contractDate('ESH4', DATES[3]),
      layers: ['gold'],
      reason: 'missing',
      after: [[0, 2]],
    });
    const state = new BackfillState(
      { items: [...plan().slice(0, 3), packItem(reader)], failures: [] },
      START,
    );
    for (const silver of ['failed', 'published', 'published'] as const) {
      const item = state.next()!;
      state.begin(item);
      state.finish(item, START, ended(item.scope.key.trade_date, 'published', silver));
    }
    const reading = state.next()!;
    expect(state.begin(reading)).toEqual(['gold']);
    expect(state.retryFailed()).toBe(1);
    const retried = state.next()!;
    expect(state.begin(retried)).toEqual(['silver']);
    const publish = (item: Item, layer: Layer) =>
      state.finish(item, START, {
        scope: item.scope,
        layers: [{ layer, status: 'published', rows: {}, seconds: 1 }],
      });
    if (order === 'before') publish(retried, 'silver');
    publish(reading, 'gold');
    if (order === 'after') publish(retried, 'silver');
    expect(state.next()).toBe(reading);
    expect(state.begin(reading)).toEqual(['gold']);
    publish(reading, 'gold');
    expect(state.next()).toBeUndefined();
    expect(state.counts()).toEqual({ total: 4, done: 4, published: 4 });
  },
);

test('pages and the grid show the plan; the grid stays short', () => {
  const many = Array.from({ length: 250 }, (_, k) => `ESH4/d${String(k).padStart(3, '0')} missing ppp-`);
  many[200] = 'ESH4/d200 missing pfs-';
  const state = new BackfillState({ items: many, failures: [] }, START);
  expect(state.page(2)).toMatchObject({ page: 2, pages: 3 });
  expect(state.page(2).rows).toHaveLength(50);
  const lines = state.grid().split('\n');
  expect(lines[2]).toBe('| ESH4 d200 | published | failed | skipped |  |');
  expect(lines[3]).toContain('d211');
  expect(lines.at(-1)).toContain('210 more');
});

test('what is handed to the next run goes on the same', () => {
  const step = fc.constantFrom('publish', 'fail', 'cancel', 'retry');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const one = begun();
      let other = begun();
      for (const [time, action] of steps.entries()) {
        for (const state of [one, other]) {
          if (action === 'retry') state.retryFailed();
          const item = state.next();
          if (!item || action === 'retry') continue;
          state.begin(item);
          if (action === 'cancel') state.cancel(item);
          else if (action === 'fail') state.finish(item, time, undefined, { type: 'X', message: 'm' });
          else state.finish(item, time, ended(item.scope.key.trade_date, 'published', 'published'));
        }
        other = new BackfillState(other.save(), START);
        expect(other.save()).toEqual(one.save());
        expect(other.counts()).toEqual(one.counts());
      }
      const states = one.save().items.map((line) => stateOf(unpackItem(line)));
      expect(one.counts().done).toBe(
        states.filter((name) => !['waiting', 'cancelled'].includes(name)).length,
      );
    }),
  );
});
