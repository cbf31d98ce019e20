/** One schedule of a lake, steered by hand: paused, resumed, run now, or run for days that have passed. */
import {
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
} from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';
import { dayNumber, isoDate, civil, weekday } from '../../graph/market/days';
import { scheduleId } from '../../workflows/ids';
import { parseCron } from './cron';
import { factsOnServer, listSchedules } from './schedules';

/**
 * A schedule by its name in `temporal.yaml`, or by its whole id on the server.
 * @throws SpymasterError BadArgument naming those there are
 */
export async function findSchedule(client: Client, lake: string, name: string): Promise<ScheduleHandle> {
  for (const id of [scheduleId(lake, name), name]) {
    const handle = client.schedule.getHandle(id);
    try {
      await handle.describe();
      return handle;
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
  }
  const known = (await listSchedules(client)).map(({ id }) => id);
  throw new SpymasterError('BadArgument', `There is no schedule ${name} of the lake ${lake}`, {
    field: 'name',
    expected:
      known.length > 0
        ? known.join(', ')
        : '`./spymaster schedules apply` to make those of temporal.yaml first',
  });
}

/**
 * Runs a schedule for every time of its that lay in a range of days, one run after the other.
 * @param start first day in the schedule's time zone, `YYYY-MM-DD`; `end` the last
 * @returns the days on which it had times
 * @throws SpymasterError BadArgument when there are none, or the days have not come yet
 */
export async function backfillSchedule(
  handle: ScheduleHandle,
  start: string,
  end: string,
): Promise<string[]> {
  if (end < start)
    throw new SpymasterError('BadArgument', `--end ${end} is before --start ${start}`, { field: '--end' });
  const description = await handle.describe();
  const zone = description.spec.timezone ?? 'UTC';
  const until = midnight(isoDate(dayNumber(end) + 1), zone);
  const now = Date.now();
  if (midnight(end, zone) > now)
    throw new SpymasterError('BadArgument', `${end} has not come yet`, { field: '--end' });
  const days = daysOf(description, start, end);
  if (days.length === 0)
    throw new SpymasterError('BadArgument', `${handle.scheduleId} does not run from ${start} to ${end}`, {
      field: '--start',
      expected: `days of ${factsOnServer(description).cron}`,
    });
  await handle.backfill({
    start: new Date(midnight(start, zone)),
    end: new Date(Math.min(until - 1000, now)),
    overlap: 'BUFFER_ALL',
  });
  return days;
}

/** Days of a range that a schedule made from cron lines runs on. */
function daysOf(description: ScheduleDescription, start: string, end: string): string[] {
  const { cron } = factsOnServer(description);
  if (cron === '' || cron.includes('{'))
    throw new SpymasterError('BadArgument', `${description.scheduleId} has times that are no cron line`, {
      expected: '`./spymaster temporal schedule backfill`, or `./spymaster schedules apply` first',
    });
  const times = cron.split('; ').flatMap(parseCron);
  const days: string[] = [];
  for (let day = dayNumber(start); day <= dayNumber(end); day++) {
    const { month, dayOfMonth } = civil(day);
    const runs = times.some(
      (time) =>
        time.month.includes(month) &&
        time.dayOfMonth.includes(dayOfMonth) &&
        time.dayOfWeek.includes(weekday(day)),
    );
    if (runs) days.push(isoDate(day));
  }
  return days;
}

/** When a day begins in a time zone, ms since 1970 UTC. */
function midnight(date: string, zone: string): number {
  const asUtc = Date.parse(`${date}T00:00Z`);
  // The offset of a moment near it is the one that holds at midnight, but on a night the clocks are changed: hence twice.
  return asUtc - offsetAt(asUtc - offsetAt(asUtc, zone), zone);
}

/** How far a zone's clocks are ahead of UTC at a moment, ms. */
function offsetAt(moment: number, zone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return Date.parse(`${format.format(moment).replace(' ', 'T')}Z`) - moment;
}
