/** Schedules as `temporal.yaml` wants them: created, or changed where they differ, and left alone otherwise. */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
  type ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { NightlyInput, RetrainInput, SessionInput } from '../../activities/planning/requests';
import { scheduleId } from '../../workflows/ids';
import { CONTROL_QUEUE, controlQueue } from '../../workflows/queues';
import { calendarOf, calendarText } from './calendars';
import { parseCron, renderCron } from './cron';
import type { ScheduleSettings } from './settings';

/** What is compared, and shown where it differs: everything about a schedule, as text. */
type Facts = Record<
  'type' | 'input' | 'task-queue' | 'cron' | 'other-times' | 'time-zone' | 'overlap' | 'catchup-window',
  string
>;

interface ScheduleChange {
  id: string;
  change: 'created' | 'updated' | 'unchanged' | 'removed';
  /** What the server had otherwise. */
  differences: { fact: string; was: string; is: string }[];
}

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Makes a lake's schedules on the server those of the settings; those of other lakes are left alone. Whether one is paused is left as it
 * is.
 */
export async function applySchedules(
  client: Client,
  lake: string,
  schedules: Record<string, ScheduleSettings>,
): Promise<ScheduleChange[]> {
  const changes: ScheduleChange[] = [];
  for (const [name, settings] of Object.entries(schedules)) {
    if (await removeShared(client, name)) changes.push({ id: name, change: 'removed', differences: [] });
    changes.push(await apply(client, lake, name, settings));
  }
  return changes;
}

/** Removes a schedule of before lakes had queues of their own: what it starts, no worker takes. */
async function removeShared(client: Client, name: string): Promise<boolean> {
  const handle = client.schedule.getHandle(name);
  try {
    if ((await handle.describe()).action.taskQueue !== CONTROL_QUEUE) return false;
    await handle.delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

async function apply(
  client: Client,
  lake: string,
  name: string,
  settings: ScheduleSettings,
): Promise<ScheduleChange> {
  const id = scheduleId(lake, name);
  const wanted = optionsOf(id, lake, settings);
  try {
    await client.schedule.create(wanted);
    return { id, change: 'created', differences: [] };
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = client.schedule.getHandle(id);
  const was = factsOnServer(await handle.describe());
  const is = factsWanted(lake, settings);
  const differences = (Object.keys(is) as (keyof Facts)[])
    .filter((fact) => was[fact] !== is[fact])
    .map((fact) => ({ fact, was: was[fact], is: is[fact] }));
  if (differences.length === 0) return { id, change: 'unchanged', differences };
  const { spec, action, policies } = wanted;
  await handle.update((previous) => ({ ...previous, spec, action, policies }));
  return { id, change: 'updated', differences };
}

function optionsOf(id: string, lake: string, settings: ScheduleSettings): ScheduleOptions {
  const input: NightlyInput & RetrainInput & SessionInput = { symbol: settings.symbol };
  return {
    scheduleId: id,
    spec: { calendars: parseCron(settings.cron).map(calendarOf), timezone: settings['time-zone'] },
    action: {
      type: 'startWorkflow',
      workflowType: settings.type,
      workflowId: id,
      taskQueue: controlQueue(lake),
      args: [input],
    },
    policies: {
      overlap: settings.overlap
        .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
        .toUpperCase() as ScheduleOverlapPolicy,
      // Never left to the default, which the server takes to be a year.
      catchupWindow: secondsOf(settings['catchup-window']) * 1000,
    },
  };
}

function factsWanted(lake: string, settings: ScheduleSettings): Facts {
  return {
    type: settings.type,
    input: JSON.stringify([{ symbol: settings.symbol }]),
    'task-queue': controlQueue(lake),
    cron: linesOf(parseCron(settings.cron).map(renderCron)),
    'other-times': NO_OTHERS,
    'time-zone': settings['time-zone'],
    overlap: settings.overlap,
    'catchup-window': `${secondsOf(settings['catchup-window'])} s`,
  };
}

/** What the server has of a schedule. */
export function factsOnServer({ spec, action, policies }: ScheduleDescription): Facts {
  return {
    type: action.workflowType,
    input: JSON.stringify(action.args ?? []),
    'task-queue': action.taskQueue,
    cron: linesOf((spec.calendars ?? []).map(calendarText)),
    'other-times': othersOf(spec),
    'time-zone': spec.timezone ?? 'UTC',
    overlap: (policies.overlap ?? 'SKIP')
      .toLowerCase()
      .replaceAll(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase()),
    'catchup-window': `${policies.catchupWindow / 1000} s`,
  };
}

/** Several calendars mean the same in any order. */
const linesOf = (lines: readonly string[]): string => [...new Set(lines)].sort().join('; ');

const NO_OTHERS = 'none';

/** What else of a schedule says when it runs: nothing, of one that `apply` has made. */
function othersOf({ intervals, skip, jitter, startAt, endAt }: ScheduleDescription['spec']): string {
  const others = {
    ...(intervals?.length && { intervals }),
    ...(skip?.length && { skip: skip.map(calendarText) }),
    ...(jitter && { jitter }),
    ...(startAt && { startAt }),
    ...(endAt && { endAt }),
  };
  return Object.keys(others).length > 0 ? JSON.stringify(others) : NO_OTHERS;
}

function secondsOf(duration: string): number {
  return Number(duration.slice(0, -1)) * SECONDS[duration.slice(-1)];
}

interface ListedSchedule {
  id: string;
  paused: boolean;
  note: string;
  /** ISO UTC. */
  next: string[];
  last?: string;
  missed: number;
  skippedOverlap: number;
  facts: Facts;
}

/** The schedules on the server, each with when it ran last and runs next. */
export async function listSchedules(client: Client): Promise<ListedSchedule[]> {
  const listed: ListedSchedule[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const description = await client.schedule.getHandle(scheduleId).describe();
    const { state, info } = description;
    listed.push({
      id: scheduleId,
      paused: state.paused,
      note: state.note ?? '',
      next: info.nextActionTimes.slice(0, 3).map((time) => time.toISOString()),
      last: info.recentActions.at(-1)?.scheduledAt.toISOString(),
      missed: info.numActionsMissedCatchupWindow,
      skippedOverlap: info.numActionsSkippedOverlap,
      facts: factsOnServer(description),
    });
  }
  return listed.sort((a, b) => (a.id < b.id ? -1 : 1));
}
