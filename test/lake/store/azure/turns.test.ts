import { Turns } from '../../../../lake/store/azure/turns';

it('has no more under way than it may, all of it in the end, also where some fails', async () => {
  const turns = new Turns(3);
  let under = 0;
  let most = 0;
  const done = await Promise.allSettled(
    Array.from({ length: 20 }, (_, k) =>
      turns.take(async () => {
        most = Math.max(most, ++under);
        await new Promise(setImmediate);
        under--;
        if (k % 4 === 0) throw new Error('failed');
        return k;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(15);
  expect(await turns.take(() => Promise.resolve('next'))).toBe('next');
});
