/**
 * What gateway and screen say to each other beside the frames of the market, as schemas: types, checks and JSON Schema come of them. Times
 * are ns since the session's origin, prices ticks, unless the name says otherwise; both are whole in a double.
 */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { LEVEL_KINDS } from '../levels/kinds';
import { NS_PER_SECOND } from '../market/time';
import { CLASSES } from '../models/scores';
import { inferenceResult } from '../scoring/inferenceResult';
import { alertSchema } from './alert';

/** Columns of depth that are given at a time. */
export const MOST_COLUMNS = 4000;

/** Of the messages and the frames together. */
export const STREAM_PROTOCOL = 1;

const time = z.number().describe("ns since the session's origin");
const ticks = z.number();
const instant = z
  .string()
  .regex(/^\d{1,19}$/)
  .describe('ns UTC');

/** What a screen has to know of a contract-date before it can draw anything of it. */
const hello = z.strictObject({
  kind: z.literal('hello'),
  protocol: z.literal(STREAM_PROTOCOL),
  mode: z.enum(['live', 'replay']),
  contract: z.string(),
  tradeDate: z.iso.date(),
  product: z.strictObject({ root: z.string(), tickNanos: z.int().positive().describe('1e-9 of a point') }),
  origin: instant,
  hours: z.strictObject({
    windowStart: time,
    globexOpen: time,
    premarketStart: time,
    rthOpen: time,
    rthClose: time,
    windowEnd: time,
  }),
  bands: z.strictObject({
    approachTicks: ticks,
    touchTicks: ticks,
    rearmTicks: ticks,
    barrierTicks: ticks,
    horizonMinutes: z.array(z.number()),
    primaryHorizonMinutes: z.number(),
  }),
  barSeconds: z.number(),
});

/** Bars that are complete, in order, column by column; no price where nothing was traded. */
const bars = z.strictObject({
  kind: z.literal('bars'),
  start: z.array(time),
  open: z.array(ticks.nullable()),
  high: z.array(ticks.nullable()),
  low: z.array(ticks.nullable()),
  close: z.array(ticks.nullable()),
  volume: z.array(z.number()).describe('lots'),
  delta: z.array(z.number()).describe('lots bought by aggressors less lots sold by them'),
  imbalance: z.array(z.number()).describe('order-flow imbalance at the touch, lots'),
});

const shownLevel = z.strictObject({
  id: z.string(),
  kind: z.enum(LEVEL_KINDS),
  price: ticks,
  since: time.describe('when it came to this price'),
  watched: z.boolean().describe('whether episodes are looked for on it'),
});

/** All levels there are now, in the place of those told before. */
const levels = z.strictObject({ kind: z.literal('levels'), at: time, levels: z.array(shownLevel) });

const episode = z.strictObject({
  kind: z.literal('episode'),
  id: z.string(),
  level: z.string(),
  levelPrice: ticks,
  direction: z.enum(DIRECTIONS),
  attempt: z.int().positive(),
  timeOfDay: z.string(),
  approachStart: time,
  touchAt: time,
  touchPrice: ticks,
});

const decision = z.strictObject({
  kind: z.literal('decision'),
  episode: z.string(),
  decision: z.enum(['BREAK', 'REJECT']),
  at: time,
});

const outcome = z.strictObject({
  kind: z.literal('outcome'),
  episode: z.string(),
  horizonMinutes: z.number(),
  primary: z.boolean(),
  outcome: z.enum(CLASSES).nullable().describe('null where the data ended first'),
  endAt: time,
  favorable: ticks,
  adverse: ticks,
});

/** What model and precedents say of a touch or an approach. */
const answer = z.strictObject({ kind: z.literal('answer'), at: time, result: inferenceResult });

/** Whoever watches is to be alerted; told again under the same id when an answer comes later. */
const alert = z.strictObject({ kind: z.literal('alert'), alert: alertSchema });

/** Told whenever it changes, and once a second in a stream that runs. */
const status = z.strictObject({
  kind: z.literal('status'),
  state: z
    .enum(['waiting', 'live', 'preparing', 'playing', 'paused', 'ended'])
    .describe('waiting: nothing has come; preparing: the session is read for the first time'),
  at: time.nullable().describe('capture time of what is shown'),
  end: time.nullable().describe('of a replay: where its data end'),
  speed: z.number().nullable().describe('of a replay: seconds of the market in a second'),
  lagMs: z
    .number()
    .nullable()
    .describe('from the arrival of the last records in the hub to their arrival here'),
  quietMs: z
    .number()
    .nonnegative()
    .nullable()
    .describe('of a live market: since its last records arrived in the hub'),
  progress: z.number().min(0).max(1).nullable().describe('of preparing'),
  detail: z.string().nullable(),
});

/** Everything up to now has been told; what follows is new. */
const ready = z.strictObject({ kind: z.literal('ready'), at: time.nullable() });

const failure = z.strictObject({ kind: z.literal('error'), code: z.string(), message: z.string() });

export const screenMessage = z.discriminatedUnion('kind', [
  hello,
  bars,
  levels,
  episode,
  decision,
  outcome,
  answer,
  alert,
  status,
  ready,
  failure,
]);

export type ScreenMessage = z.infer<typeof screenMessage>;
export type MessageOf<Kind extends ScreenMessage['kind']> = Extract<ScreenMessage, { kind: Kind }>;

/** What became known in a session, in the order in which it did: messages that a screen keeps. */
export type SessionMessage = MessageOf<
  'bars' | 'levels' | 'episode' | 'decision' | 'outcome' | 'answer' | 'alert'
>;

const contract = z.string().min(1).max(20);

/** What a screen asks for. */
export const screenRequest = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('live'), contract: contract.optional() }).describe('follow the market'),
  z.strictObject({ do: z.literal('alerts') }).describe('alerts of every market of the hub, and nothing else'),
  z
    .strictObject({
      do: z.literal('replay'),
      contract,
      date: z.iso.date(),
      at: instant.optional().describe('where to begin, paused'),
    })
    .describe('open a session of the lake'),
  z.strictObject({ do: z.literal('play'), speed: z.number().min(0.1).max(1000) }),
  z.strictObject({ do: z.literal('pause') }),
  z.strictObject({ do: z.literal('seek'), at: time }),
  z.strictObject({ do: z.literal('step'), to: z.enum(['next', 'previous']) }).describe('to a touch'),
  z
    .strictObject({
      do: z.literal('depth'),
      from: time,
      to: time,
      seconds: z.int().min(1).max(600).describe('in a column'),
    })
    .refine(({ from, to, seconds }) => (to - from) / (seconds * NS_PER_SECOND) <= MOST_COLUMNS, {
      path: ['seconds'],
      message: `must be more, for at most ${MOST_COLUMNS} columns`,
    })
    .describe('how depth lay, answered with a binary message'),
  z.strictObject({ do: z.literal('whole') }).describe('frames are missing: the whole market, please'),
]);

export type ScreenRequest = z.infer<typeof screenRequest>;

/** Code with which a stream ends that whoever reads it is not signed in for any more. */
export const SIGNED_OUT = 4401;

/** For programs that read the stream. */
export const streamSchema = (): object => ({
  server: z.toJSONSchema(screenMessage),
  client: z.toJSONSchema(screenRequest),
});
