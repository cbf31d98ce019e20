/** How far the figures of a session lie from those of the sessions before it that are in the lake. */
import { bronzeMbo } from '../../graph/records/mboTable';
import { silverBars } from '../../graph/bars/barsTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import { canonical } from '../../graph/catalog/provenance';
import type { Layer } from '../../graph/datasets/layers';
import type { TableContract } from '../../graph/datasets/schema';
import { futureSymbol } from '../../graph/products/symbols';
import { drift, type Drift } from '../../graph/quality/drift';
import { FEATURES, FEATURE_TABLE } from '../../graph/vectors/features';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { runQuery } from '../../lake/query/query';
import { partitionOf } from '../verify/contractDate';
import { builtDates, type BuiltDate } from './outcomes';

/** Sessions before the date that it is compared with, at most. */
export const DRIFT_SESSIONS = 20;

/** Columns of silver.bars that are compared: the state of the market, and what shows a fault in computing it. */
const BAR_FEATURES = [
  'spread_twa',
  'depth10_bid',
  'depth10_ask',
  'imbalance_l1_twa',
  'imbalance_l10_twa',
  'volume',
  'trades',
  'buy_vol',
  'sell_vol',
  'ofi_l1',
  'add_bid',
  'add_ask',
  'cxl_bid',
  'cxl_ask',
  'pull_bid_touch',
  'pull_ask_touch',
] as const;

export type FeatureDrift = { feature: string; unit: string } & Drift;

export interface DriftReport {
  table: string;
  /** Trade dates of the earlier sessions, oldest first; none: there is nothing to compare with. */
  sessions: string[];
  /** Earlier sessions that were left out, because other settings or code built them. */
  leftOut: number;
  features: FeatureDrift[];
}

interface Session {
  contract: string;
  tradeDate: string;
}

/** Bars of regular trading hours. */
export async function barDrift(lake: Lake, date: Session, signal: AbortSignal): Promise<DriftReport> {
  const { report, published, earlier } = await begun(lake, silverBars, 'silver', date);
  if (earlier.length === 0 || !published) return report;
  const now = await barValues(lake, [date], signal);
  const before = await barValues(lake, earlier, signal);
  report.features = BAR_FEATURES.map((feature, k) => {
    const unit = silverBars.columns.find(({ name }) => name === feature)?.unit ?? '';
    return { feature, unit, ...drift(now[k], before[k]) };
  });
  return report;
}

/** Vectors. */
export async function vectorDrift(lake: Lake, date: Session, signal: AbortSignal): Promise<DriftReport> {
  const { report, published, earlier } = await begun(lake, goldVectors, 'gold', date);
  if (earlier.length === 0 || !published) return report;
  const now = await vectorsOf(lake, [date], signal);
  if (now.length === 0) return report;
  const before = await vectorsOf(lake, earlier, signal);
  report.features = FEATURES.map(({ name, unit, index }) => {
    const values = (vectors: readonly Float32Array[]) => vectors.map((vector) => vector[index]);
    return { feature: name, unit, ...drift(values(now), values(before)) };
  });
  return report;
}

/** A report without its features yet, whether the layer of the date is published, and the sessions it is compared with. */
async function begun(lake: Lake, table: TableContract, layer: Layer, date: Session) {
  const builds = new Map((await builtDates(lake, {}, layer)).map((built) => [keyOf(built), built]));
  const own = builds.get(keyOf(date));
  const { same, others } = alike(own, await earlierSessions(lake, table, date, builds));
  const sessions = same.map(({ tradeDate }) => tradeDate);
  const report: DriftReport = { table: table.name, sessions, leftOut: others, features: [] };
  return { report, published: own !== undefined, earlier: same };
}

const keyOf = ({ contract, tradeDate }: Session) => `${contract} ${tradeDate}`;

/**
 * Of earlier sessions the last ones built by the same settings and code, oldest first: figures of others are other measurements.
 * @returns how many others lie between them, too
 */
function alike(
  own: BuiltDate | undefined,
  earlier: readonly BuiltDate[],
): { same: BuiltDate[]; others: number } {
  const made = own && canonical(own.made);
  const same: BuiltDate[] = [];
  let others = 0;
  for (const session of earlier.toReversed()) {
    if (same.length === DRIFT_SESSIONS) break;
    if (made === undefined || canonical(session.made) === made) same.unshift(session);
    else others++;
  }
  return { same, others };
}

/** Sessions of the same product before a date, oldest first; of contracts built for the same date, the one with most records. */
async function earlierSessions(
  lake: Lake,
  table: TableContract,
  date: Session,
  builds: ReadonlyMap<string, BuiltDate>,
): Promise<BuiltDate[]> {
  const mbo = await lake.table(bronzeMbo).snapshot();
  const root = rootOf(date.contract);
  const best = new Map<string, { built: BuiltDate; records: number }>();
  for (const { values, rows } of (await lake.table(table).snapshot()).partitions()) {
    const { contract, trade_date: tradeDate } = values;
    if (!contract || !tradeDate || tradeDate >= date.tradeDate || rootOf(contract) !== root || rows === 0)
      continue;
    const built = builds.get(keyOf({ contract, tradeDate }));
    const records = mbo.partition(partitionOf({ contract, tradeDate }))?.rows ?? 0;
    if (built && records >= (best.get(tradeDate)?.records ?? 0)) best.set(tradeDate, { built, records });
  }
  return [...best.values()].map(({ built }) => built).sort((a, b) => (a.tradeDate < b.tradeDate ? -1 : 1));
}

const rootOf = (contract: string): string | undefined => futureSymbol(contract)?.root;

/** Values by feature. */
async function barValues(lake: Lake, sessions: readonly Session[], signal: AbortSignal): Promise<number[][]> {
  const values: number[][] = BAR_FEATURES.map(() => []);
  const wanted = sessions.map(({ contract, tradeDate }) => `(${quote(contract)}, DATE ${quote(tradeDate)})`);
  await runQuery(
    lake,
    `SELECT ${BAR_FEATURES.join(', ')} FROM ${silverBars.name}
     WHERE session = 'rth' AND (contract, trade_date) IN (${wanted.join(', ')})`,
    {
      columns: () => undefined,
      rows: (rows) => {
        for (const row of rows)
          row.forEach((value, k) => values[k].push(value === null ? NaN : Number(value)));
      },
    },
    { signal },
  );
  return values;
}

async function vectorsOf(
  lake: Lake,
  sessions: readonly Session[],
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const session of sessions) {
    const rows = await lake.table(goldVectors).readRows({ partition: partitionOf(session), signal });
    for (const { feature_table: table, raw } of rows)
      if (table === FEATURE_TABLE) vectors.push(raw as Float32Array);
  }
  return vectors;
}
