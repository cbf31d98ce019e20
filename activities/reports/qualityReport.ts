/** The data quality of a contract-date, gathered from everything the lake has recorded of it. */
import type { Dataset } from '../../graph/catalog/dataset';
import { dataOf } from '../../graph/catalog/provenance';
import { LAYERS, UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { LastBuild } from '../../graph/catalog/partitionsTable';
import { silverBars } from '../../graph/bars/barsTable';
import { bronzeDeadLetters } from '../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import { bronzeOpeningBooks } from '../../graph/records/openingBooksTable';
import { contractDate, keyText } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import type { MboBatch } from '../../graph/records/mbo';
import { NS_PER_MINUTE } from '../../graph/market/time';
import type { CheckResult } from '../../graph/quality/checks';
import { checkOf, qualityChecks } from '../../graph/quality/checksTable';
import { DayInspector, type Inspection } from '../../graph/quality/inspection';
import { dateFrame } from '../../graph/products/dateFrame';
import type { DataKind } from '../../graph/sim/dataset';
import type { Lake } from '../../lake/lake';
import { LastBuilds } from '../publishing/lastBuilds';
import { barDrift, vectorDrift, type DriftReport } from './driftReport';
import type { StageContext } from '../stages/stage';
import { partitionOf } from '../verify/contractDate';

type LayerBuild = Pick<
  LastBuild,
  'layer' | 'status' | 'rows' | 'seconds' | 'digest' | 'codeVersion' | 'finishedAt' | 'reason'
>;

type LayerCheck = { layer: Layer } & CheckResult;

export interface QualityReport {
  contract: string;
  tradeDate: string;
  /** What the raw files are that it was built from last. */
  data: DataKind;
  /** `blocked` if a blocking check failed; `warned` if only others did, or a layer is not published. */
  verdict: 'passed' | 'warned' | 'blocked';
  layers: LayerBuild[];
  checks: LayerCheck[];
  /** Rows of this contract-date by table, of tables that have any. */
  tables: { table: string; rows: number }[];
  deadLetters: { reason: string; field: string | null; records: number }[];
  /** Findings from the records and the book rebuilt from them; null where bronze.mbo is not published. */
  inspection: Inspection | null;
  /** Minutes of silver.bars, in order; empty where it is not published. */
  market: MarketMinute[];
  drift: { bars: DriftReport; vectors: DriftReport };
}

/** A minute of the market: its last mid in points, and means of its bars. */
interface MarketMinute {
  /** Of the minute's start, ns UTC. */
  start: bigint;
  mid: number | null;
  /** Lots within the ten best levels. */
  depthBid: number | null;
  depthAsk: number | null;
  /** Points; null while Globex is closed, when auctions cross the book. */
  spread: number | null;
}

/** @throws SpymasterError NoInput if no layer of the contract-date was ever built; Cancelled */
export async function qualityReport(
  lake: Lake,
  contract: string,
  tradeDate: string,
  { progress, signal }: StageContext,
): Promise<QualityReport> {
  const builds = await lastBuilds(lake, contract, tradeDate);
  if (builds.length === 0)
    throw new SpymasterError('NoInput', `${contract} ${tradeDate} was never built`, {
      expected: `./spymaster build --symbol ${lake.products.contractOf(contract, tradeDate).product.root} --contract ${contract} --date ${tradeDate}`,
    });
  const layers = builds.map(asLayerBuild);
  const checks = await checksOf(lake, contract, tradeDate);
  return {
    contract,
    tradeDate,
    data: dataOf(builds[0].provenance),
    verdict: verdictOf(checks, layers),
    layers,
    checks,
    tables: await rowCounts(lake, contract, tradeDate),
    deadLetters: await deadLetters(lake, contract, tradeDate, signal),
    inspection: await inspect(lake, contract, tradeDate, { progress, signal }),
    market: await marketOf(lake, contract, tradeDate, signal),
    drift: await driftOf(lake, contract, tradeDate, { progress, signal }),
  };
}

export function verdictOf(
  checks: readonly Pick<CheckResult, 'passed' | 'severity'>[],
  layers: readonly Pick<LayerBuild, 'status'>[],
): QualityReport['verdict'] {
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.some(({ severity }) => severity === 'blocking')) return 'blocked';
  return failed.length > 0 || layers.some(({ status }) => status !== 'published') ? 'warned' : 'passed';
}

const byLayer = (a: { layer: Layer }, b: { layer: Layer }) =>
  LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer);

/** By layer: what the raw files were is told by the first. */
async function lastBuilds(lake: Lake, contract: string, tradeDate: string): Promise<LastBuild[]> {
  const key = keyText(contractDate(contract, tradeDate));
  return (await LastBuilds.read(lake, (_, of) => of === key)).all().sort(byLayer);
}

const asLayerBuild = ({
  layer,
  status,
  rows,
  seconds,
  digest,
  codeVersion,
  finishedAt,
  reason,
}: LastBuild): LayerBuild => ({ layer, status, rows, seconds, digest, codeVersion, finishedAt, reason });

async function checksOf(lake: Lake, contract: string, tradeDate: string): Promise<LayerCheck[]> {
  const rows = await lake
    .table(qualityChecks)
    .readRows({ partition: { partition: keyText(contractDate(contract, tradeDate)) } });
  const found = rows.map((row) => ({ layer: row.layer as Layer, ...checkOf(row) }));
  return found.sort(byLayer);
}

const isOfContractDate = ({ layer }: Dataset) =>
  layer !== 'raw' && layer !== 'ops' && UNIT_OF[layer] === 'contract-date';

async function rowCounts(lake: Lake, contract: string, tradeDate: string): Promise<QualityReport['tables']> {
  const counts = [];
  for (const { name } of DATASET_GRAPH.datasets.filter(isOfContractDate)) {
    const table = DATASET_GRAPH.table(name);
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
     WHERE contract = $contract AND trade_date = $tradeDate::DATE
     GROUP BY ALL ORDER BY records DESC, reason, field`,
    { values: { contract, tradeDate }, signal },
  );
  return rows.map((row) => ({
    reason: row.reason as string,
    field: row.field as string | null,
    records: Number(row.records),
  }));
}

/** Rebuilds the book from the records, which takes seconds. */
async function inspect(
  lake: Lake,
  contract: string,
  tradeDate: string,
  { progress, signal }: StageContext,
): Promise<Inspection | null> {
  const partition = partitionOf({ contract, tradeDate });
  const total = (await lake.table(bronzeMbo).snapshot()).partition(partition)?.rows;
  if (total === undefined) return null;
  const [opening] = await lake.table(bronzeOpeningBooks).readRows({ partition, signal });
  const inspector = new DayInspector(
    dateFrame(lake.products.contractOf(contract, tradeDate).product, tradeDate),
    opening?.state as Uint8Array | undefined,
  );
  let done = 0;
  const push = (batch: MboBatch) => {
    inspector.push(batch);
    done += batch.length;
    progress({ phase: 'rebuilding the book', done, total });
  };
  await lake.table(bronzeMbo).readMbo(partition, push, { signal });
  return inspector.finish();
}

async function marketOf(
  lake: Lake,
  contract: string,
  tradeDate: string,
  signal: AbortSignal,
): Promise<MarketMinute[]> {
  const rows = await lake.query(
    `SELECT bar_start_utc // ${NS_PER_MINUTE} * ${NS_PER_MINUTE} AS start, arg_max(mid, bar_start_utc) AS mid,
       avg(depth10_bid) AS bid, avg(depth10_ask) AS ask, avg(spread_twa) FILTER (session <> 'halt') AS spread
     FROM ${silverBars.name} WHERE contract = $contract AND trade_date = $tradeDate::DATE
     GROUP BY 1 ORDER BY 1`,
    { values: { contract, tradeDate }, signal },
  );
  const number = (value: unknown) => (Number.isFinite(Number(value ?? NaN)) ? Number(value) : null);
  return rows.map(({ start, mid, bid, ask, spread }) => ({
    start: BigInt(start as string),
    mid: number(mid),
    depthBid: number(bid),
    depthAsk: number(ask),
    spread: number(spread),
  }));
}

async function driftOf(
  lake: Lake,
  contract: string,
  tradeDate: string,
  { progress, signal }: StageContext,
): Promise<QualityReport['drift']> {
  progress({ phase: 'comparing with earlier sessions', done: 0, total: 0 });
  const date = { contract, tradeDate };
  return { bars: await barDrift(lake, date, signal), vectors: await vectorDrift(lake, date, signal) };
}
