/** How what runs beside the lake is: server, workers, followed sessions, hub and markets, and how soon it all answers. */
import { z } from 'zod';
import { contractName, instant } from './values';

const when = z.iso.datetime().nullable();
const lagMs = z.number().nonnegative().nullable().describe('from the feed to here, of the latest packet');

/** Percentiles; null where there was nothing to measure. */
const latency = z
  .strictObject({
    n: z.int().positive(),
    p50: z.number().nonnegative(),
    p90: z.number().nonnegative(),
    p99: z.number().nonnegative(),
  })
  .nullable()
  .describe('ms');
export type Latency = z.infer<typeof latency>;

export const processesAnswer = z.strictObject({
  server: z.strictObject({
    address: z.string(),
    up: z.boolean(),
    problem: z.string().nullable().describe('why it does not answer, or what it refused to tell'),
  }),
  workers: z.array(
    z.strictObject({
      process: z.string(),
      takes: z.array(z.enum(['control', 'cpu', 'live'])),
      isCurrent: z.boolean().describe('whether it runs the code that is here'),
    }),
  ),
  hub: z.strictObject({
    problem: z.string().nullable().describe('why it cannot be asked'),
    markets: z.array(
      z.strictObject({
        contract: contractName,
        state: z.string().describe('as the stream tells it'),
        detail: z.string().nullable(),
        at: instant.nullable().describe('capture time of the latest record'),
        lagMs,
      }),
    ),
  }),
  sessions: z
    .array(
      z.strictObject({
        contract: contractName,
        tradeDate: z.iso.date(),
        phase: z.string().nullable().describe('as its worker told last; null where none did'),
        behind: z.int().nonnegative().nullable().describe('events that wait'),
        lagMs,
        market: instant.nullable().describe('capture time of the latest record taken'),
        results: z.int().nonnegative().nullable().describe('touches and approaches that were answered'),
        toldAt: when,
        checkpointAt: when.describe('when its state was kept last'),
      }),
    )
    .describe('followed now, or not ended'),
  answers: z.strictObject({
    latency: latency.describe('ms from the event of a trigger to its answer, of the latest session'),
    latestAt: when,
    model: z.string().nullable().describe('that the latest answer came from; null for base rates'),
    missing: z.string().nullable().describe('why the latest answer had no forecast'),
  }),
  frames: latency.describe('ms from the hub to screens'),
});

export type ProcessesAnswer = z.infer<typeof processesAnswer>;
