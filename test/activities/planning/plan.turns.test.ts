/** Planning shares its thread with heartbeats, without which another worker would take it over. */
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { temporaryFolder } from '../../support/lake';

const YEARS = parseBackfill({ symbol: 'ES', start: '2022-01-03', end: '2023-12-29' });
const plan = (signal?: AbortSignal) =>
  planBackfill(YEARS, { lake: temporaryFolder(), features: DEFAULT_SETTINGS }, undefined, signal);

test('others get their turn after every date', async () => {
  let turns = 0;
  let planning = true;
  const others = () => {
    turns++;
    if (planning) setImmediate(others);
  };
  setImmediate(others);
  const { withoutData } = await plan();
  planning = false;
  expect(withoutData.length).toBeGreaterThan(500);
  expect(turns).toBeGreaterThan(withoutData.length);
});

test('a planning that is cancelled ends at the next date, with the reason', async () => {
  const abort = new AbortController();
  const planned = plan(abort.signal);
  abort.abort(new Error('stopping'));
  await expect(planned).rejects.toThrow('stopping');
});
