/** A layer whose datasets follow a session: the records of its contract-date, from Bronze, through the operators of the layer. */
import type { Computation } from '../../graph/catalog/datasetGraph';
import { blocking } from '../../graph/quality/checks';
import { bronzeMbo } from '../../graph/records/mboTable';
import { bronzeOpeningBooks } from '../../graph/records/openingBooksTable';
import type { MboBatch } from '../../graph/records/mbo';
import type { SessionInputs } from '../../graph/session/inputs';
import { OptionReplay, pushMerged } from '../../graph/session/optionReplay';
import type { SessionEvent } from '../../graph/session/operators';
import { SessionGraph } from '../../graph/stream/sessionGraph';
import type { Lake } from '../../lake/lake';
import type { MboColumn } from '../../lake/parquet/mbo';
import type { Ended } from '../publishing/publication';
import type { Build } from './build';
import { previousDayOf } from './inputs';
import { readOptions } from './optionRows';

/** Datasets that come record by record, in order of capture; rows of all others are given before the first record. */
const RECORDS: ReadonlySet<string> = new Set([
  'bronze.mbo',
  'bronze.opening_books',
  'bronze.definitions',
  'bronze.option_trades',
  'bronze.statistics',
]);

export async function buildSession(build: Build): Promise<Ended> {
  const { layer, partition, computations, lake, graph, publication, context } = build;
  const { progress, signal } = context;
  const inputs = await sessionInputs(build);
  const session = new SessionGraph(inputs, computations);
  const upstream = graph.inputsOf(layer);

  progress({ phase: 'reading', done: 0, total: 0 });
  for (const { dataset, columns } of upstream) {
    if (RECORDS.has(dataset) || !graph.dataset(dataset).table) continue;
    const table = lake.table(graph.table(dataset));
    for await (const batch of table.readPartition({ ...partition.key }, { columns, signal }))
      session.push({ kind: 'rows', batch });
  }
  const reads = (dataset: string) => upstream.find((of) => of.dataset === dataset);
  if (reads(bronzeMbo.name))
    await pushRecords(build, session, reads(bronzeMbo.name)!.columns as MboColumn[] | undefined);
  const events = session.end();

  const checks = events.flatMap((event) => (event.kind === 'check' ? event.check : []));
  if (blocking(checks).length > 0) return publication.end(checks);
  progress({ phase: 'writing', done: 0, total: 0 });
  for (const { table } of graph.datasetsOf(layer))
    await publication.table(table!, rowsOf(events, table!.name));
  return publication.end(checks);
}

const rowsOf = (events: readonly SessionEvent[], dataset: string) =>
  events.flatMap((event) =>
    event.kind === 'rows' && event.batch.contract.name === dataset ? event.batch : [],
  );

/** What is known before the session begins, as far as the layer reads it. */
async function sessionInputs({
  layer,
  partition,
  graph,
  lake,
  features,
  context,
}: Build): Promise<SessionInputs> {
  const { contract, trade_date: tradeDate } = partition.key;
  const reads = new Set(graph.inputsOf(layer).map(({ dataset }) => dataset));
  return {
    contract,
    tradeDate,
    settings: features,
    ...(reads.has(bronzeOpeningBooks.name) && {
      openingBook: await openingBookOf(lake, partition.key, context.signal),
    }),
    ...(reads.has('raw.trading') && { previousDay: await previousDayOf(lake, contract, tradeDate) }),
  };
}

/** The book as it was at the start of a contract-date's window, saved; undefined where nothing came before. */
export async function openingBookOf(
  lake: Lake,
  partition: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const [opening] = await lake.table(bronzeOpeningBooks).readRows({ partition, signal });
  return opening?.state as Uint8Array | undefined;
}

async function pushRecords(
  { partition, computations, lake, context: { progress, signal } }: Build,
  session: SessionGraph,
  columns: MboColumn[] | undefined,
): Promise<void> {
  const options = new OptionReplay(
    readsOptions(computations) ? await readOptions(lake, { ...partition.key }, signal) : NO_OPTIONS,
    session.frame,
  );
  const mbo = lake.table(bronzeMbo);
  const total = (await mbo.snapshot()).partition({ ...partition.key })?.rows ?? 0;
  let done = 0;
  await mbo.readMbo(
    { ...partition.key },
    (batch: MboBatch) => {
      pushMerged(session, batch, options);
      done += batch.length;
      progress({ phase: 'following the session', done, total });
    },
    { signal, columns },
  );
}

const NO_OPTIONS = { definitions: [], statistics: [], trades: [] };

const readsOptions = (computations: readonly Computation[]) =>
  computations.some(({ upstream }) => upstream.some(({ dataset }) => dataset === 'bronze.definitions'));
