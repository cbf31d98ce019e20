import { applySchedules } from '../../../../workers/temporal/schedules';
import { loadTemporalSettings, type ScheduleSettings } from '../../../../workers/temporal/settings';
import { spymasterWith } from '../../../support/spymaster';
import { LAKE, Stack } from '../../../support/temporal/stack';

const NIGHTLY = `nightly-build-${LAKE}`;
const SESSION = `market-session-${LAKE}`;
const WEEKLY = `weekly-retrain-${LAKE}`;

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack.stop());

const run = (...args: string[]) => spymasterWith(stack.environment(), ...args);

test('are applied once, and what differs is shown', async () => {
  const apply = async () => JSON.parse((await run('schedules', 'apply', '--json')).stdout) as unknown;
  const created = { change: 'created', differences: [] };
  expect(await apply()).toEqual({
    schedules: [
      { id: NIGHTLY, ...created },
      { id: SESSION, ...created },
      { id: WEEKLY, ...created },
    ],
  });
  expect(await apply()).toMatchObject({
    schedules: [{ change: 'unchanged' }, { change: 'unchanged' }, { change: 'unchanged' }],
  });
  await stack.client.schedule.getHandle(NIGHTLY).update((schedule) => ({
    ...schedule,
    spec: { calendars: [{ hour: 3, minute: 5, dayOfWeek: 'SUNDAY' }], timezone: 'UTC' },
    policies: { ...schedule.policies, overlap: 'SKIP', catchupWindow: '1 minute' },
    state: { ...schedule.state, paused: true },
  }));
  const { stdout } = await run('schedules', 'apply');
  expect(stdout.split('\n')).toEqual([
    `${NIGHTLY}: updated`,
    '  cron: 5 3 * * SUN -> 15 18 * * MON-FRI',
    '  time-zone: UTC -> America/New_York',
    '  overlap: Skip -> BufferOne',
    '  catchup-window: 60 s -> 43200 s',
    `${SESSION}: unchanged`,
    `${WEEKLY}: unchanged`,
    '',
  ]);
  const { schedules } = JSON.parse((await run('schedules', 'list', '--json')).stdout) as {
    schedules: object[];
  };
  expect(schedules).toMatchObject([
    { id: SESSION, paused: false, facts: { type: 'marketSession', cron: '0 9 * * MON-FRI' } },
    { id: NIGHTLY, paused: true, facts: { cron: '15 18 * * MON-FRI' } },
    { id: WEEKLY, paused: false, facts: { type: 'retrain', cron: '0 9 * * SAT' } },
  ]);
});

test('of another lake are left alone; one of before lakes had their own is removed', async () => {
  const { 'nightly-build': nightly } = loadTemporalSettings().schedules;
  const schedules = { 'nightly-build': nightly };
  await applySchedules(stack.client, 'other', schedules);
  await stack.client.schedule.create({
    scheduleId: 'nightly-build',
    spec: { calendars: [{ hour: 3 }] },
    action: { type: 'startWorkflow', workflowType: 'nightlyBuild', taskQueue: 'spymaster-control' },
  });
  const changes = await applySchedules(stack.client, LAKE, schedules);
  expect(changes).toMatchObject([{ id: 'nightly-build', change: 'removed' }, { id: NIGHTLY }]);
  expect(await applySchedules(stack.client, 'other', schedules)).toMatchObject([
    { id: 'nightly-build-other', change: 'unchanged' },
  ]);
});

test.each(['SAT-MON', 'MON-SUN', 'FRI-SUN'])('weekdays %s converge', async (days) => {
  const settings = loadTemporalSettings().schedules['nightly-build'];
  await converges({ ...settings, cron: `15 18 * * ${days}` });
});

test.each(['*/15 9-16 1,15 JAN-MAR *', '0 6 1,15 * FRI', '@hourly', '5/20 * */2 * 1-5'])(
  'the cron line %s converges',
  async (cron) => {
    await converges({ ...loadTemporalSettings().schedules['nightly-build'], cron });
  },
);

test('an interval that somebody has added is taken away', async () => {
  const settings = loadTemporalSettings().schedules['nightly-build'];
  await applySchedules(stack.client, LAKE, { added: settings });
  await stack.client.schedule.getHandle(`added-${LAKE}`).update((schedule) => ({
    ...schedule,
    spec: { ...schedule.spec, intervals: [{ every: '1 hour' }] },
  }));
  await converges(settings, 'added', 'updated');
});

/** Applied, and applied again, where nothing is left to do. */
async function converges(settings: ScheduleSettings, id = settings.cron, change = 'created'): Promise<void> {
  const name = id.replaceAll(/[^\w]/g, '-');
  expect(await applySchedules(stack.client, LAKE, { [name]: settings })).toMatchObject([{ change }]);
  expect(await applySchedules(stack.client, LAKE, { [name]: settings })).toEqual([
    { id: `${name}-${LAKE}`, change: 'unchanged', differences: [] },
  ]);
}

test('are paused, resumed and run by name; an unknown name is answered with those there are', async () => {
  await applySchedules(stack.client, LAKE, loadTemporalSettings().schedules);
  const state = async () => (await stack.client.schedule.getHandle(NIGHTLY).describe()).state.paused;
  expect((await run('schedules', 'pause', 'nightly-build')).stderr).toContain(`${NIGHTLY} is paused`);
  expect(await state()).toBe(true);
  expect((await run('schedules', 'list')).stdout).toMatch(/paused +- /);
  const resumed = await run('schedules', 'resume', NIGHTLY, '--json');
  expect(JSON.parse(resumed.stdout)).toEqual({ schedule: NIGHTLY, paused: false });
  expect(await state()).toBe(false);
  expect((await run('schedules', 'list')).stdout).toMatch(/active +\d{4}-\d\d-\d\d 18:15:00, /);
  const unknown = await run('schedules', 'pause', 'weekly-build');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('There is no schedule weekly-build');
  expect(unknown.stderr).toContain(NIGHTLY);
});

test('run now, and for days that have passed', async () => {
  await applySchedules(stack.client, LAKE, loadTemporalSettings().schedules);
  const started = async () => {
    const ids = [];
    for await (const { workflowId } of stack.client.workflow.list()) ids.push(workflowId);
    return ids.filter((id) => id.startsWith(NIGHTLY));
  };
  expect((await run('schedules', 'trigger', 'nightly-build')).stderr).toContain('runs now');
  await stack.until(async () => (await started()).length === 1);
  const backfill = (...range: string[]) => run('schedules', 'backfill', 'nightly-build', ...range, '--json');
  // A Friday to a Monday; the second run waits for the first, which no worker takes.
  const { stdout } = await backfill('--start', '2024-03-08', '--end', '2024-03-11');
  expect(JSON.parse(stdout)).toEqual({ schedule: NIGHTLY, days: ['2024-03-08', '2024-03-11'] });
  await stack.client.workflow.getHandle((await started())[0]).terminate();
  await stack.until(async () => (await started()).some((id) => id.endsWith('2024-03-08T23:15:00Z')));
  const weekend = await backfill('--start', '2024-03-09', '--end', '2024-03-10');
  expect([weekend.code, weekend.stderr.includes('15 18 * * MON-FRI')]).toEqual([2, true]);
  expect((await backfill('--start', '2024-03-09', '--end', '2024-03-08')).code).toBe(2);
  expect((await backfill('--start', '2024-03-09', '--end', '2098-03-08')).stderr).toContain(
    'has not come yet',
  );
});

test('without a server the error says how to get one', async () => {
  const environment = { ...stack.environment(), TEMPORAL_ADDRESS: '127.0.0.1:2' };
  const { code, stderr } = await spymasterWith(environment, 'schedules', 'list');
  expect(code).toBe(1);
  expect(stderr).toMatch(/No Temporal server answers at 127\.0\.0\.1:2.*npm start/);
});
