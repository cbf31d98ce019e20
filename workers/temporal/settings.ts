/** `temporal.yaml`: where Temporal is, and the queues, schedules and search attributes Spymaster uses there. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { SpymasterError } from '../../graph/errors';
import { PROJECT_ROOT } from '../../infra/root';
import { CONTROL_QUEUE, CPU_QUEUE, LIVE_QUEUE } from '../../workflows/queues';
import { readYaml, validate } from '../configFile';
import { cronFault } from './cron';

export const TEMPORAL_YAML = join(PROJECT_ROOT, 'temporal.yaml');

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const slots = z.int().min(1).max(10_000);
/** Activities a second that the server hands out of a queue, to all of its workers together. */
const limited = { 'max-per-second': z.number().positive().max(100_000).optional() };
const duration = z.string().regex(/^\d+(s|m|h|d)$/, 'must be a number and s, m, h or d, such as 12h');
/** A window of none would be a year to Temporal. */
const window = duration.refine((text) => !/^0+[smhd]$/.test(text), 'must be longer than nothing');

const scheduleSchema = z.strictObject({
  type: z.enum(['marketSession', 'nightlyBuild', 'retrain']),
  symbol: z.string().min(1),
  cron: z.string().check((context) => {
    const message = cronFault(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message });
  }),
  'time-zone': z.string().refine(isTimeZone, 'must be a time zone such as America/New_York'),
  overlap: z.enum(['Skip', 'BufferOne', 'BufferAll', 'CancelOther', 'TerminateOther', 'AllowAll']),
  'catchup-window': window,
});
export type ScheduleSettings = z.infer<typeof scheduleSchema>;

const schema = z.strictObject({
  // The flags of every command of the command line are allowed here; those about the connection are used.
  env: z.record(z.string(), z.record(z.string(), scalar)),
  'task-queues': z.strictObject({
    [CONTROL_QUEUE]: z.strictObject({ 'max-activities': slots, 'max-cached-workflows': slots, ...limited }),
    [LIVE_QUEUE]: z.strictObject({ 'max-activities': slots, ...limited }),
    [CPU_QUEUE]: z.strictObject({ 'max-activities': z.union([slots, z.literal('auto')]), ...limited }),
  }),
  schedules: z.record(z.string(), scheduleSchema).default({}),
  'search-attributes': z.strictObject({
    custom: z.record(
      z.string(),
      z.enum(['Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList']),
    ),
  }),
});

export interface QueueSettings {
  /** At once, of a worker. */
  activities: number;
  /** Begun in a second by all workers of the queue together, as the server sees to; without it as many as there are. */
  perSecond?: number;
}

export interface TemporalSettings {
  file: string;
  /** The chosen section of `env`: flags of the command line by name. */
  env: Record<string, string>;
  /** Small activities at once, and workflows kept in memory, of a control worker. */
  control: QueueSettings & { cachedWorkflows: number };
  /** Stages at once of a cpu worker. */
  cpu: QueueSettings;
  /** Sessions at once that a live worker follows. */
  live: QueueSettings;
  schedules: Record<string, ScheduleSettings>;
  /** Search attributes by name, with their types. */
  searchAttributes: Record<string, string>;
}

/**
 * Reads and checks the file; TEMPORAL_ENV chooses the section of `env`.
 * @throws SpymasterError BadConfig naming every wrong value
 */
export function loadTemporalSettings(file = TEMPORAL_YAML, environment = process.env): TemporalSettings {
  const parsed = validate(schema, readYaml(file), file);
  const name = environment.TEMPORAL_ENV || 'default';
  const env = parsed.env[name];
  if (!env) {
    const known = Object.keys(parsed.env).join(', ');
    throw new SpymasterError('BadConfig', `${file} has no env ${name}`, { file, expected: known });
  }
  const { [CONTROL_QUEUE]: control, [CPU_QUEUE]: cpu, [LIVE_QUEUE]: live } = parsed['task-queues'];
  const threads = cpu['max-activities'];
  return {
    file,
    env: Object.fromEntries(Object.entries(env).map(([flag, value]) => [flag, String(value)])),
    control: {
      activities: control['max-activities'],
      cachedWorkflows: control['max-cached-workflows'],
      ...limitOf(control),
    },
    cpu: { activities: threads === 'auto' ? availableParallelism() : threads, ...limitOf(cpu) },
    live: { activities: live['max-activities'], ...limitOf(live) },
    schedules: parsed.schedules,
    searchAttributes: parsed['search-attributes'].custom,
  };
}

const limitOf = ({ 'max-per-second': perSecond }: { 'max-per-second'?: number }) =>
  perSecond === undefined ? {} : { perSecond };

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC';
}
