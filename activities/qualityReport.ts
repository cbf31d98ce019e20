/** What the data of a contract-date are worth: everything the lake tells about it, gathered. */
import { LAYERS, type Layer } from '../graph/datasets/layers';
import { TABLES } from '../graph/datasets/declaration';
import { bronzeDeadLetters } from '../graph/datasets/tables/bronze';
import { opsPartitions, qualityChecks } from '../graph/datasets/tables/ops';
import { SpymasterError } from '../graph/errors';
import type { CheckResult } from '../graph/quality/checks';
import type { Lake } from '../lake/lake';
import { quote } from '../lake/parquet/engine';
import type { StageContext } from './stage';
import { partitionOf } from './verify/contractDate';

export interface LayerStanding {
  layer: Layer;
  status: string;
  rows: number;
  seconds: number;
  digest: string;
  codeVersion: string;
  /** ns UTC. */
  finishedAt: bigint;
  reason: string | null;
}

export type LayerCheck = { layer: Layer } & CheckResult;

export interface QualityReport {
  contract: string;
  tradeDate: string;
  /** `blocked` if a blocking check failed, `warned` if only others did. */
  verdict: 'passed' | 'warned' | 'blocked';
  layers: LayerStanding[];
  checks: LayerCheck[];
  /** Rows of this contract-date by table, of tables that have any. */
  tables: { table: string; rows: number }[];
  deadLetters: { reason: string; field: string | null; records: number }[];
}

/** @throws SpymasterError NoInput if no layer of the contract-date was ever built; Cancelled */
export async function qualityReport(
  lake: Lake,
  contract: string,
  tradeDate: string,
  { signal }: StageContext,
): Promise<QualityReport> {
  const layers = await standings(lake, contract, tradeDate);
  if (layers.length === 0)
    throw new SpymasterError('NoInput', `${contract} ${tradeDate} was never built`, {
      expected: `spymaster build --contract ${contract} --date ${tradeDate}`,
    });
  const checks = await checksOf(lake, contract, tradeDate);
  return {
    contract,
    tradeDate,
    verdict: verdictOf(checks),
    layers,
    checks,
    tables: await rowCounts(lake, contract, tradeDate),
    deadLetters: await deadLetters(lake, contract, tradeDate, signal),
  };
}

export function verdictOf(checks: readonly CheckResult[]): QualityReport['verdict'] {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.some(({ severity }) => severity === 'blocking')) return 'blocked';
  return failed.length > 0 ? 'warned' : 'passed';
}

const byLayer = (a: { layer: Layer }, b: { layer: Layer }) =>
  LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer);

async function standings(lake: Lake, contract: string, tradeDate: string): Promise<LayerStanding[]> {
  const rows = await lake.table(opsPartitions).readRows({ partition: partitionOf({ contract, tradeDate }) });
  const found = rows.map((row) => ({
    layer: row.layer as Layer,
    status: row.status as string,
    rows: Number(row.rows),
    seconds: row.seconds as number,
    digest: row.digest as string,
    codeVersion: row.code_version as string,
    finishedAt: row.finished_at as bigint,
    reason: row.reason as string | null,
  }));
  return found.sort(byLayer);
}

async function checksOf(lake: Lake, contract: string, tradeDate: string): Promise<LayerCheck[]> {
  const rows = await lake.table(qualityChecks).readRows({ partition: partitionOf({ contract, tradeDate }) });
  const found = rows.map((row) => ({
    layer: row.layer as Layer,
    check: row.check_name as string,
    severity: row.severity as CheckResult['severity'],
    passed: row.passed as boolean,
    value: row.value as number,
    limit: row.threshold as number,
    message: row.message as string,
  }));
  return found.sort(byLayer);
}

async function rowCounts(lake: Lake, contract: string, tradeDate: string): Promise<QualityReport['tables']> {
  const counts = [];
  for (const table of TABLES) {
    // Of tables that are partitioned by layer besides, all layers together.
    const found = (await lake.table(table).snapshot()).partition(partitionOf({ contract, tradeDate }));
    if (found) counts.push({ table: table.name, rows: found.rows });
  }
  return counts;
}

async function deadLetters(
  lake: Lake,
  contract: string,
  tradeDate: string,
  signal: AbortSignal,
): Promise<QualityReport['deadLetters']> {
  const rows = await lake.query(
    `SELECT reason, field, count(*)::INTEGER AS records FROM ${bronzeDeadLetters.name}
     WHERE contract = ${quote(contract)} AND trade_date = ${quote(tradeDate)}
     GROUP BY ALL ORDER BY records DESC, reason, field`,
    signal,
  );
  return rows.map((row) => ({
    reason: row.reason as string,
    field: row.field as string | null,
    records: Number(row.records),
  }));
}
