/** How far the figures of a session lie from those of the sessions before it that are in the lake. */
import { bronzeMbo } from '../../graph/records/mboTable';
import { silverBars } from '../../graph/bars/barsTable';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { TableContract } from '../../graph/datasets/schema';
import { futureSymbol } from '../../graph/products/symbols';
import { drift, type Drift } from '../../graph/quality/drift';
import { FEATURES, FEATURE_TABLE } from '../../graph/vectors/features';
import type { Lake } from '../../lake/lake';
import { quote } from '../../lake/parquet/engine';
import { runQuery } from '../../lake/query/query';
import { partitionOf } from '../verify/contractDate';

/** Sessions before the date that it is compared with, at most. */
export const DRIFT_SESSIONS = 20;

/** Columns of silver.bars that tell of the state of the market, or of faults in the making of them. */
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
  features: FeatureDrift[];
}

interface Session {
  contract: string;
  tradeDate: string;
}

/** Bars of regular trading hours. */
export async function barDrift(lake: Lake, date: Session, signal: AbortSignal): Promise<DriftReport> {
  const earlier = await earlierSessions(lake, silverBars, date);
  const report: DriftReport = { table: silverBars.name, sessions: datesOf(earlier), features: [] };
  if (earlier.length === 0) return report;
  const now = await barValues(lake, [date], signal);
  const before = await barValues(lake, earlier, signal);
  report.features = BAR_FEATURES.map((feature, k) => {
    const unit = silverBars.columns.find(({ name }) => name === feature)?.unit ?? '';
    return { feature, unit, ...drift(now[k], before[k]) };
  });
  return report;
}

/** Vectors of the same table of features: others are not comparable. */
export async function vectorDrift(lake: Lake, date: Session, signal: AbortSignal): Promise<DriftReport> {
  const earlier = await earlierSessions(lake, goldVectors, date);
  const report: DriftReport = { table: goldVectors.name, sessions: datesOf(earlier), features: [] };
  const now = await vectorsOf(lake, [date], signal);
  if (earlier.length === 0 || now.length === 0) return report;
  const before = await vectorsOf(lake, earlier, signal);
  report.features = FEATURES.map(({ name, unit, index }) => {
    const values = (vectors: readonly Float32Array[]) => vectors.map((vector) => vector[index]);
    return { feature: name, unit, ...drift(values(now), values(before)) };
  });
  return report;
}

const datesOf = (sessions: readonly Session[]) => sessions.map(({ tradeDate }) => tradeDate);

/** The last sessions of the same product before a date; of contracts built for the same date, the one with most records. */
async function earlierSessions(lake: Lake, table: TableContract, date: Session): Promise<Session[]> {
  const mbo = await lake.table(bronzeMbo).snapshot();
  const root = rootOf(date.contract);
  const best = new Map<string, { contract: string; records: number }>();
  for (const { values, rows } of (await lake.table(table).snapshot()).partitions()) {
    const { contract, trade_date: tradeDate } = values;
    if (!contract || !tradeDate || tradeDate >= date.tradeDate || rootOf(contract) !== root || rows === 0)
      continue;
    const records = mbo.partition(partitionOf({ contract, tradeDate }))?.rows ?? 0;
    if (records >= (best.get(tradeDate)?.records ?? 0)) best.set(tradeDate, { contract, records });
  }
  return [...best]
    .map(([tradeDate, { contract }]) => ({ contract, tradeDate }))
    .sort((a, b) => (a.tradeDate < b.tradeDate ? -1 : 1))
    .slice(-DRIFT_SESSIONS);
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
    signal,
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
