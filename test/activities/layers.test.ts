import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from '../support/temporal/stack';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
  await stack.worker();
});
afterAll(() => stack.stop());

test('every stage that has ended is told in a line: what, how it ended, rows and seconds', async () => {
  stack.script('ESH4-2024-01-02-gold', 'blocked too little of the session');
  stack.script('ESH4-2024-01-03-silver', 'fail CorruptDbn');
  const range = { symbol: 'ES', start: '2024-01-02', end: '2024-01-03', concurrency: 1 };
  await (await stack.start('backfill', 'told', range)).result();
  const told = readFileSync(join(stack.lake, 'told'), 'utf8').trimEnd().split('\n');
  expect(told).toEqual([
    'ESH4 2024-01-02 bronze: published, 7 rows, 0.0 s',
    'ESH4 2024-01-02 silver: published, 7 rows, 0.0 s',
    'ESH4 2024-01-02 gold: blocked, 0 rows, 0.0 s: too',
    'ESH4 2024-01-03 bronze: published, 7 rows, 0.0 s',
    'ESH4 2024-01-03 silver: failed, CorruptDbn: scripted CorruptDbn',
  ]);
});
