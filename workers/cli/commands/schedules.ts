/** `spymaster schedules`: what Temporal starts by itself. */
import type { ScheduleHandle } from '@temporalio/client';
import type { Command } from 'commander';
import { openLakeId } from '../openLake';
import { withClient } from '../../temporal/client';
import { applySchedules, listSchedules } from '../../temporal/schedules';
import { backfillSchedule, findSchedule } from '../../temporal/steerSchedules';
import { calendarDate } from '../arguments';
import { note, print, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';

export function define(schedules: Command): void {
  schedules
    .command('apply')
    .description('Make the schedules on the server those of temporal.yaml; paused ones stay paused.')
    .option('--json', 'print one JSON document')
    .action(apply);
  schedules
    .command('list')
    .description('List the schedules on the server: whether paused, and their next and last times (ET).')
    .option('--json', 'print one JSON document; times are UTC')
    .action(list);

  const onOne = (name: string, description: string) =>
    schedules
      .command(name)
      .description(description)
      .argument('<name>', 'its name in temporal.yaml, such as nightly-build, or its id on the server')
      .option('--json', 'print one JSON document');
  onOne('pause', 'Start nothing by itself until it is resumed.').action(
    (name: string, { json }: JsonOption) =>
      steer(name, json, async (schedule) => {
        await schedule.pause();
        return { paused: true, says: `is paused: \`./spymaster schedules resume ${name}\` lets it go on` };
      }),
  );
  onOne('resume', 'Go on after a pause.').action((name: string, { json }: JsonOption) =>
    steer(name, json, async (schedule) => {
      await schedule.unpause();
      return { paused: false, says: 'goes on' };
    }),
  );
  onOne('trigger', 'Run it now, once.').action((name: string, { json }: JsonOption) =>
    steer(name, json, async (schedule) => {
      await schedule.trigger();
      return { triggered: true, says: 'runs now' };
    }),
  );
  onOne('backfill', 'Run it for every time of its that has passed on these days, one run after the other.')
    .requiredOption('--start <date>', "first day, YYYY-MM-DD, in the schedule's time zone", calendarDate)
    .requiredOption('--end <date>', 'last day, YYYY-MM-DD', calendarDate)
    .action((name: string, { json, start, end }: JsonOption & { start: string; end: string }) =>
      steer(name, json, async (schedule) => {
        const days = await backfillSchedule(schedule, start, end);
        const many = days.length === 1 ? days[0] : `${days.length} days, ${days[0]} to ${days.at(-1)}`;
        return { days, says: `runs for ${many}` };
      }),
    );
}

interface JsonOption {
  json?: boolean;
}

/** Does something to a schedule of the lake, and says what. */
async function steer(
  name: string,
  json: boolean | undefined,
  act: (schedule: ScheduleHandle) => Promise<{ says: string }>,
): Promise<void> {
  await withClient(async (client) => {
    const schedule = await findSchedule(client, await openLakeId(), name);
    const { says, ...done } = await act(schedule);
    if (json) printJson({ schedule: schedule.scheduleId, ...done });
    else note(`${schedule.scheduleId} ${says}.`);
  });
}

async function apply({ json }: JsonOption): Promise<void> {
  const changes = await withClient(async (client, settings) =>
    applySchedules(client, await openLakeId(), settings.schedules),
  );
  if (json) return printJson({ schedules: changes });
  for (const { id, change, differences } of changes) {
    print(`${id}: ${change}\n`);
    for (const { fact, was, is } of differences) print(`  ${fact}: ${was} -> ${is}\n`);
  }
}

async function list({ json }: JsonOption): Promise<void> {
  const listed = await withClient((client) => listSchedules(client));
  if (json) return printJson({ schedules: listed });
  if (listed.length === 0)
    return note('No schedules yet: `./spymaster schedules apply` makes those of temporal.yaml.');
  printTable(
    ['schedule', 'cron', 'time zone', 'state', 'next (ET)', 'last (ET)', 'missed'],
    listed.map(({ id, facts, paused, next, last, missed }) => [
      id,
      facts.cron,
      facts['time-zone'],
      paused ? 'paused' : 'active',
      paused ? '-' : next.map((time) => timeCellOf(time)).join(', ') || '-',
      last ? timeCellOf(last) : '-',
      missed,
    ]),
  );
}
