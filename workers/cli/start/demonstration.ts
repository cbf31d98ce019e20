/**
 * What a new user sees first: ten simulated sessions, from their files to outcomes, precedents and a model, through Temporal, and the last of
 * them as if it came live.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelRegistry } from '../../../activities/models/registry';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { builtDates } from '../../../activities/reports/outcomes';
import { tradeDates } from '../../../graph/market/calendar';
import { isSimulated } from '../../../graph/sim/dataset';
import { SIZES } from '../../../graph/sim/simulation';
import type { Products } from '../../../graph/products/catalog';
import { PROJECT_ROOT } from '../../../infra/root';
import type { Lake } from '../../../lake/lake';
import { findRawFiles } from '../../../lake/raw/findFiles';
import { makeFolders } from '../../../lake/store/makeFolders';
import { isRemote } from '../../../lake/store/open';
import { backfillId } from '../../../workflows/ids';
import { reportResult } from '../backfill/backfillReport';
import { openLake, openLakeId } from '../openLake';
import { note } from '../terminal/output';
import { bar, withProgress } from '../terminal/progress';
import { followBackfill, startAndNote } from '../backfill/followBackfill';
import { followTraining, startTraining } from '../training/followTraining';
import { followLive } from './followLive';
import type { Config } from '../../config';
import { simulateInto } from '../../simulator/simulateInto';
import { withClient } from '../../temporal/client';

const RANGE = { symbol: 'ES', start: '2024-01-03', end: '2024-01-17' };
/** Built before its last date is followed live. */
const BEFORE = { ...RANGE, end: '2024-01-16' };
/** How much order flow tells about outcomes: enough to show in ten sessions, far more than any real market's. */
const STRENGTH = 0.8;

export interface DemonstrationOptions {
  /** Follow the last session once more. */
  readonly again: boolean;
  /** Told of the contract that is about to be followed. */
  readonly onLive: (contract: string) => void;
}

/**
 * Simulates, imports, backfills, trains and follows the last session, each as far as it is not done yet: after an interruption the next
 * start continues. Nothing is simulated into a lake that holds other data, which is said.
 */
export async function demonstrate(
  config: Config,
  options: DemonstrationOptions,
  signal: AbortSignal,
): Promise<void> {
  const lake = await openLake(config);
  const folder = await simulatedFolder(config);
  const files = await lake.raw.list();
  const begun = existsSync(folder);
  if (files.some(({ dataset }) => !isSimulated(dataset)) || (!begun && files.length > 0)) {
    const what = files.every(({ dataset }) => isSimulated(dataset)) ? 'other simulated data' : 'real data';
    return note(
      `The lake at ${config.lake} (${config.lakeNamedBy}) holds ${what}: nothing is simulated into it.`,
    );
  }
  if (!begun) await simulate(folder, lake.products, signal);
  await importAll(lake, folder, signal);
  await backfill(config, BEFORE, signal);
  await train(config, lake, signal);
  await follow(config, lake, options, signal);
  await backfill(config, RANGE, signal);
}

/** Where the simulated files lie: in the lake's folder, or, of a lake elsewhere, on this machine by its name. */
const simulatedFolder = async (config: Config): Promise<string> =>
  isRemote(config.lake)
    ? join(PROJECT_ROOT, '.spymaster', 'simulated', await openLakeId(config))
    : join(config.lake, 'simulated');

async function simulate(folder: string, products: Products, signal: AbortSignal): Promise<void> {
  const days = tradeDates(RANGE.start, RANGE.end, products.productOf(RANGE.symbol)).length;
  note(
    `Simulating ${days} small sessions into ${folder}, with order flow that tells of outcomes far more than a real market's (strength ${STRENGTH})`,
  );
  const { symbol, start: from } = RANGE;
  const draft = `${folder}.part`;
  const request = { symbol, from, days, events: SIZES.small, strength: STRENGTH, seed: 1, options: true };
  try {
    await withProgress((line) => {
      const onProgress = (_: string, events: number) =>
        // A session has about as many events as are asked for.
        line.show(`${bar(Math.min(Math.floor(events / SIZES.small), days), days)} sessions`);
      return simulateInto(draft, request, { products, signal, onProgress });
    });
    makeFolders(dirname(folder));
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function importAll(lake: Lake, folder: string, signal: AbortSignal): Promise<void> {
  const known = new Set((await lake.raw.list()).map(({ name }) => name));
  const files = (await findRawFiles(folder)).filter((file) => !known.has(basename(file)));
  if (files.length > 0) note(`Taking ${files.length} files into the lake`);
  await withProgress(async (line) => {
    for (const [done, file] of files.entries()) {
      line.show(`${bar(done, files.length)} ${basename(file)}`);
      await lake.raw.import(file, { signal });
    }
  });
}

async function backfill(config: Config, range: typeof RANGE, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { items } = await planBackfill(parseBackfill(range), config);
  if (items.length === 0 || signal.aborted) return;
  const dates = items.filter(({ scope }) => scope.unit === 'contract-date').length;
  if (dates > 0) note(`Building ${dates} contract-dates through Temporal`);
  const lake = await openLakeId(config);
  const workflowId = backfillId(lake, range);
  await withClient(async (client) => {
    // A backfill that an interrupted start left running is joined.
    const handle = await startAndNote(client, lake, workflowId, range, 'USE_EXISTING');
    const result = await followBackfill(handle, signal);
    if (result) reportResult(workflowId, result);
  });
}

/** The last session, unless it has been followed and built before. */
async function follow(
  config: Config,
  lake: Lake,
  { again, onLive }: DemonstrationOptions,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const { symbol, end: tradeDate } = RANGE;
  const built = (await builtDates(lake, {})).some((one) => one.tradeDate === tradeDate);
  if (!built || again) {
    const { symbol: contract } = lake.products.frontContract(symbol, tradeDate);
    const date = { symbol, contract, tradeDate, again: built };
    return followLive(config, await simulatedFolder(config), date, onLive, signal);
  }
  note(
    `The session of ${tradeDate} has been followed and built: \`npm start -- --again\` follows it once more.`,
  );
}

/** One family and few trials: ten sessions are too few for any claim, and show how one would be made. */
async function train(config: Config, lake: Lake, signal: AbortSignal): Promise<void> {
  const { symbol } = RANGE;
  if (signal.aborted || (await new ModelRegistry(lake).list({ product: symbol })).length > 0) return;
  note('Training a model through Temporal');
  const id = await openLakeId(config);
  await withClient(async (client) => {
    const input = { symbol, families: ['logistic' as const], trials: 4 };
    await followTraining(await startTraining(client, id, input, 'USE_EXISTING'), signal);
  });
}
