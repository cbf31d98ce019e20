/** A download from plan to files: what it costs, and then what was bought. */
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { readDbn } from '../../lake/raw/dbnFile';
import { pause } from '../databento/clock';
import { downloadFile, downloadRange } from '../databento/historical/download';
import type {
  BatchJob,
  DataRequest,
  DayCondition,
  Estimate,
  HistoricalClient,
} from '../databento/historical/historicalClient';
import { OrderBook } from './orders';
import { DATASET, missingOf, piecesOf, requestOf, runsOf, spanOf, type Piece, type Target } from './plan';

/** What is to be bought of a target, and what it costs. */
export interface PlannedTarget {
  target: Target;
  days: readonly string[];
  /** Days whose files are there already, or are part of a job that was ordered. */
  present: number;
  estimate: Estimate;
}

export interface DownloadPlan {
  targets: readonly PlannedTarget[];
  /** Days on which the venue's data are not whole. */
  remarks: readonly string[];
  total: Estimate;
  /** Downloads it. */
  run(progress: Progress, signal: AbortSignal): Promise<Outcome>;
}

export interface Outcome {
  /** Whole files, those that were there before among them. */
  files: string[];
  failures: { file: string; error: SpymasterError }[];
}

export interface Progress {
  bytes(more: number): void;
  file(done: number, of: number): void;
  says(text: string): void;
}

export interface PlanOptions {
  client: HistoricalClient;
  targets: readonly Target[];
  days: readonly string[];
  out: string;
  /** Files ordered as jobs, which Databento prepares and keeps for a while, in place of streams. */
  batch: boolean;
  signal: AbortSignal;
}

const NOTHING: Estimate = { records: 0, bytes: 0, cost: 0 };
/** How often a job is asked for. */
const POLL_MS = 5000;

/**
 * Looks at what there is and what it costs; this is free.
 * @throws SpymasterError BadArgument for symbols that are unknown on all days, NoInput if there are no data at all; as the client's requests
 */
export async function planDownload(options: PlanOptions): Promise<DownloadPlan> {
  const { client, days, signal } = options;
  const conditions = await client.condition(DATASET, days[0], days[days.length - 1], signal);
  const there = daysWithData(days, conditions);
  if (there.length === 0)
    throw new SpymasterError('NoInput', `${DATASET} has no data from ${days[0]} to ${days[days.length - 1]}`);
  const remarks = [
    ...conditions
      .filter(({ condition }) => condition !== 'available' && condition !== 'missing')
      .map(({ date, condition }) => `${date}: Databento calls the data ${condition}.`),
    ...(await namesOf(options, there)),
  ];
  return options.batch ? planBatch(options, there, remarks) : planStreams(options, there, remarks);
}

function daysWithData(days: readonly string[], conditions: readonly DayCondition[]): string[] {
  const known = new Set(
    conditions.filter(({ condition }) => condition !== 'missing').map(({ date }) => date),
  );
  return days.filter((day) => known.has(day));
}

/** Checks that the symbols are known, before anything is bought. */
async function namesOf({ client, targets, signal }: PlanOptions, days: readonly string[]): Promise<string[]> {
  const remarks: string[] = [];
  const asked = new Map(targets.map((target) => [target.label, target]));
  for (const target of asked.values()) {
    const { not_found: missing, partial } = await client.resolve(
      spanOf(target, days[0], days[days.length - 1]),
      'instrument_id',
      signal,
    );
    if (missing.length === target.symbols.length)
      throw new SpymasterError('BadArgument', `Databento knows no ${missing.join(', ')} on those days`, {
        field: '--symbol',
      });
    if (missing.length > 0) remarks.push(`Unknown on those days: ${missing.join(', ')}.`);
    if (partial.length > 0) remarks.push(`Known on some of the days only: ${partial.join(', ')}.`);
  }
  return remarks;
}

async function planStreams(
  { client, targets, out, signal }: PlanOptions,
  days: readonly string[],
  remarks: readonly string[],
): Promise<DownloadPlan> {
  const pieces = piecesOf(targets, days, out);
  const missing = missingOf(pieces);
  const planned = await Promise.all(
    targets.map(async (target): Promise<PlannedTarget> => {
      const ours = missing.filter((piece) => piece.target === target);
      const estimates = await Promise.all(
        runsOf(ours).map((run) => client.estimate(spanOf(target, run.days[0], run.days.at(-1)!), signal)),
      );
      return { target, days, present: days.length - ours.length, estimate: sum(estimates) };
    }),
  );
  return {
    targets: planned,
    remarks,
    total: sum(planned.map(({ estimate }) => estimate)),
    run: (progress, stop) => buyStreams(client, pieces, missing, progress, stop),
  };
}

async function buyStreams(
  client: HistoricalClient,
  pieces: readonly Piece[],
  missing: readonly Piece[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Outcome> {
  const failures: Outcome['failures'] = [];
  let done = 0;
  await allOf(
    missing.map((piece) => ({
      file: piece.path,
      fetch: async (stop: AbortSignal) => {
        await downloadRange(client, requestOf(piece), piece.path, {
          signal: stop,
          onBytes: (more) => progress.bytes(more),
          // A stream has no digest: that it can be read to its end says that it is whole.
          verify: async (part) => void (await readDbn(part, {}, { signal: stop })),
        });
        progress.file(++done, missing.length);
      },
    })),
    failures,
    signal,
  );
  const lacking = new Set(missingOf(pieces));
  return { files: pieces.filter((piece) => !lacking.has(piece)).map(({ path }) => path), failures };
}

async function planBatch(
  { client, targets, out, signal }: PlanOptions,
  days: readonly string[],
  remarks: readonly string[],
): Promise<DownloadPlan> {
  const orders = await OrderBook.of(out);
  const planned: PlannedTarget[] = [];
  for (const target of targets) {
    const request = spanOf(target, days[0], days[days.length - 1]);
    const ordered = await stillOrdered(client, orders, request, signal);
    const estimate = ordered ? NOTHING : await client.estimate(request, signal);
    planned.push({ target, days, present: ordered ? days.length : 0, estimate });
  }
  return {
    targets: planned,
    remarks,
    total: sum(planned.map(({ estimate }) => estimate)),
    run: async (progress, stop) => {
      const ids: string[] = [];
      for (const { target } of planned) {
        const request = spanOf(target, days[0], days[days.length - 1]);
        let id = orders.find(request);
        if (id === undefined) {
          // Once it is sent it may be bought: that is written down even if Ctrl-C comes now.
          if (stop.aborted) throw new SpymasterError('Cancelled', 'interrupted');
          ({ id } = await client.submitJob(request));
          await orders.add(id, request);
          progress.says(`${target.label} ${target.schema}: job ${id} is ordered.`);
        }
        ids.push(id);
      }
      return fetchJobs(client, ids, out, progress, stop);
    },
  };
}

/** Whether a request was ordered and its files can still be had. */
async function stillOrdered(
  client: HistoricalClient,
  orders: OrderBook,
  request: DataRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const id = orders.find(request);
  if (id === undefined) return false;
  if ((await client.job(id, signal)).state !== 'expired') return true;
  await orders.forget(id);
  return false;
}

async function fetchJobs(
  client: HistoricalClient,
  ids: readonly string[],
  out: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Outcome> {
  const failures: Outcome['failures'] = [];
  const paths: string[] = [];
  let done = 0;
  for (const id of ids) {
    await jobDone(client, id, progress, signal);
    const files = await client.files(id, signal);
    await allOf(
      files.map((file) => {
        const path = join(out, id, safeName(file.filename));
        return {
          file: path,
          fetch: async (stop: AbortSignal) => {
            await downloadFile(client, file, path, {
              signal: stop,
              onBytes: (more) => progress.bytes(more),
            });
            if (/\.dbn(\.zst)?$/.test(path)) paths.push(path);
            progress.file(++done, files.length * ids.length);
          },
        };
      }),
      failures,
      signal,
    );
  }
  return { files: paths.sort(), failures };
}

async function jobDone(
  client: HistoricalClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<BatchJob> {
  for (let told = ''; ;) {
    const job = await client.job(id, signal);
    if (job.state === 'done') return job;
    if (job.state === 'expired')
      throw new SpymasterError('NoInput', `the files of job ${id} have expired`, {
        expected: 'the command again',
      });
    if (job.state !== told) progress.says(`Job ${id} is ${job.state}.`);
    told = job.state;
    await pause(client.http.clock, POLL_MS, signal);
    if (signal.aborted) throw new SpymasterError('Cancelled', 'interrupted');
  }
}

/** A name without a path: what a server says is no reason to write elsewhere. */
function safeName(name: string): string {
  if (/^[\w.-]+$/.test(name) && !name.startsWith('.')) return name;
  throw new SpymasterError('StoreUnavailable', `Databento names a file ${JSON.stringify(name)}`);
}

/** Downloads side by side; those that fail are told of, and the rest go on unless none could succeed. */
async function allOf(
  downloads: readonly { file: string; fetch: (stop: AbortSignal) => Promise<void> }[],
  failures: Outcome['failures'],
  signal: AbortSignal,
): Promise<void> {
  const hopeless = new AbortController();
  const stop = AbortSignal.any([signal, hopeless.signal]);
  let denied: SpymasterError | undefined;
  await Promise.all(
    downloads.map(async ({ file, fetch }) => {
      try {
        await fetch(stop);
      } catch (error) {
        if (!(error instanceof SpymasterError)) throw error;
        if (error.code === 'AccessDenied') {
          denied ??= error;
          hopeless.abort();
        } else if (error.code !== 'Cancelled') failures.push({ file, error });
      }
    }),
  );
  if (denied) throw denied;
}

const sum = (estimates: readonly Estimate[]): Estimate =>
  estimates.reduce(
    (all, { records, bytes, cost }) => ({
      records: all.records + records,
      bytes: all.bytes + bytes,
      cost: all.cost + cost,
    }),
    NOTHING,
  );
