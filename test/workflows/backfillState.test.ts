import fc from 'fast-check';
import type { BuildResult } from '../../activities/planning/builds';
import { packItem, standing, unpackItem, waiting } from '../../graph/planning/marks';
import { Ledger } from '../../workflows/ledger';

const START = 1_000_000;
const DATES = ['2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
const plan = () =>
  DATES.map((tradeDate) =>
    packItem(waiting({ contract: 'ESH4', tradeDate, layers: ['bronze', 'silver'], reason: 'missing' })),
  );
const ledger = () => new Ledger({ items: plan(), failures: [] }, START);
const ended = (tradeDate: string, ...statuses: ('published' | 'failed' | 'skipped')[]): BuildResult => ({
  contract: 'ESH4',
  tradeDate,
  layers: statuses.map((status, k) => ({ layer: k ? 'silver' : 'bronze', status, rows: {}, seconds: 1 })),
});

test('rate and time left follow from the builds that ended', () => {
  const book = ledger();
  expect(book.progress()).toMatchObject({ perMinute: null, etaSeconds: null });
  for (const minute of [1, 2]) {
    const item = book.next()!;
    expect(book.begin(item)).toEqual(['bronze', 'silver']);
    book.finish(item, START + minute * 60_000, ended(item.tradeDate, 'published', 'published'));
  }
  expect(book.progress()).toMatchObject({ perMinute: 1, etaSeconds: 120, counts: { done: 2, waiting: 2 } });
  book.restartClock(START + 3_600_000);
  expect(book.progress()).toMatchObject({ perMinute: null, etaSeconds: null });
});

test('a build that ended without a word failed in every layer it ran', () => {
  const book = ledger();
  const item = book.next()!;
  book.begin(item);
  book.finish(item, START, undefined, { type: 'TerminatedFailure', message: 'gone' });
  expect(packItem(item)).toBe('ESH4 2024-01-02 missing ff-');
  expect(book.progress().failed).toEqual([
    { contract: 'ESH4', tradeDate: '2024-01-02', type: 'TerminatedFailure', message: 'gone' },
  ]);
});

test('a retry takes up the failed layer and those above it, and forgets the failure', () => {
  const book = ledger();
  const item = book.next()!;
  book.begin(item);
  book.finish(item, START, ended(item.tradeDate, 'published', 'failed'), {
    type: 'X',
    message: 'm'.repeat(5000),
  });
  expect(book.progress().failed[0].message).toHaveLength(300);
  expect(book.retryFailed()).toBe(1);
  expect(book.progress().failed).toEqual([]);
  expect(book.next()).toBe(item);
  expect(book.begin(item)).toEqual(['silver']);
});

test('pages and the grid show the plan; the grid stays short', () => {
  const many = Array.from({ length: 250 }, (_, k) => `ESH4 d${String(k).padStart(3, '0')} missing ppp`);
  many[200] = 'ESH4 d200 missing pfs';
  const book = new Ledger({ items: many, failures: [] }, START);
  expect(book.page(2)).toMatchObject({ page: 2, pages: 3 });
  expect(book.page(2).rows).toHaveLength(50);
  const lines = book.grid().split('\n');
  expect(lines[2]).toBe('| ESH4 | d200 | published | failed | skipped |');
  expect(lines[3]).toContain('d211');
  expect(lines.at(-1)).toContain('210 more');
});

test('books handed to the next run are the same books', () => {
  const step = fc.constantFrom('publish', 'fail', 'cancel', 'retry');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const one = ledger();
      let other = ledger();
      for (const [time, action] of steps.entries()) {
        for (const book of [one, other]) {
          if (action === 'retry') book.retryFailed();
          const item = book.next();
          if (!item || action === 'retry') continue;
          book.begin(item);
          if (action === 'cancel') book.cancel(item);
          else if (action === 'fail') book.finish(item, time, undefined, { type: 'X', message: 'm' });
          else book.finish(item, time, ended(item.tradeDate, 'published', 'published'));
        }
        other = new Ledger(other.state(), START);
        expect(other.state()).toEqual(one.state());
        expect(other.counts()).toEqual(one.counts());
      }
      const standings = one.state().items.map((line) => standing(unpackItem(line)));
      expect(one.counts().done).toBe(standings.filter((name) => name !== 'waiting').length);
    }),
  );
});
