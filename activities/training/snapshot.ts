/**
 * Takes a training snapshot: the examples of a product's sessions, copied out of Gold as it is published now. A snapshot is named by
 * what it was taken from, written once, and never changed: a model can be fitted again to the very rows it was fitted to.
 */
import { createHash } from 'node:crypto';
import { canonical } from '../../graph/catalog/provenance';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { contractDate, keyText } from '../../graph/datasets/units';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { SpymasterError } from '../../graph/errors';
import { sessionOf } from '../../graph/market/calendar';
import { examplesOf, type Example, type Examples } from '../../graph/models/training/example';
import { GOLD_READ, goldExamples } from '../../graph/models/training/goldExamples';
import {
  goldTrainingSnapshot,
  snapshotExamples,
  snapshotRows,
} from '../../graph/models/training/snapshotTable';
import type { FeatureSettings } from '../../graph/settings';
import { FEATURE_TABLE } from '../../graph/vectors/features';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import type { Lake } from '../../lake/lake';
import { LastBuilds } from '../publishing/lastBuilds';
import { builtDates, requireOneMeasurement } from '../reports/outcomes';
import type { StageContext } from '../stages/stage';
import type { StageSettings } from '../stages/stages';

/** Raised when examples are made otherwise of the same rows. */
const CODE_VERSION = 1;

interface SnapshotRequest {
  /** Root of the product. */
  product: string;
  /** First and last trade date, `YYYY-MM-DD`; every session built, without. */
  start?: string;
  end?: string;
  run: { workflowId: string; runId: string };
}

export interface SnapshotTaken {
  version: string;
  /** Sessions and examples it holds. */
  sessions: number;
  examples: number;
  firstSession: string;
  lastSession: string;
  /** Whether an equal one was there already. */
  existed: boolean;
}

/**
 * @throws SpymasterError NoInput where no session of the product is built; BadArgument where those of the range were built by different
 * settings or code; InputChanged where one is built anew meanwhile
 */
export async function takeSnapshot(
  lake: Lake,
  request: SnapshotRequest,
  settings: StageSettings,
  { progress, signal }: StageContext,
): Promise<SnapshotTaken> {
  const { product, start, end, run } = request;
  const dates = await builtDates(lake, { product, start, end });
  if (dates.length === 0)
    throw new SpymasterError('NoInput', `no session of ${product} is built${rangeOf(request)}`, {
      expected: 'published Gold, which `./spymaster partitions` shows, or another range',
    });
  requireOneMeasurement(dates);
  const digests = async () => {
    const builds = await LastBuilds.read(lake);
    return dates.map(({ contract, tradeDate }) => {
      const partition = contractDate(contract, tradeDate);
      return `${keyText(partition)}@${builds.of('gold', partition)?.digest}`;
    });
  };
  const inputs = await digests();
  const version = createHash('sha256')
    .update(canonical([product, CODE_VERSION, FEATURE_TABLE, inputs]))
    .digest('hex')
    .slice(0, 16);
  const table = lake.table(goldTrainingSnapshot);
  const partition = { product, version };
  const existed = (await table.snapshot()).filesOf(partition).length > 0;
  if (!existed) {
    await table.overwritePartition(
      partition,
      async (writer) => {
        for (const [done, date] of dates.entries()) {
          signal.throwIfAborted();
          progress({ phase: 'taking the training snapshot', done, total: dates.length });
          await writer.write(snapshotRows(await examplesOfDate(lake, date, settings.features, signal)));
        }
        if (canonical(await digests()) !== canonical(inputs))
          throw new SpymasterError('InputChanged', `Gold of ${product} was built anew while it was read`);
      },
      {
        operation: 'training snapshot',
        lineage: { inputs, codeVersion: String(CODE_VERSION), digest: version, ...run },
        signal,
      },
    );
  }
  const { sessions, count } = await readSnapshot(lake, product, version, signal);
  return {
    version,
    sessions: sessions.length,
    examples: count,
    firstSession: sessions[0],
    lastSession: sessions[sessions.length - 1],
    existed,
  };
}

const rangeOf = ({ start, end }: SnapshotRequest): string =>
  start === undefined && end === undefined ? '' : ` from ${start ?? 'the first'} to ${end ?? 'the last'}`;

/**
 * The examples of a snapshot.
 * @throws SpymasterError NoInput if there is none of that version, or it has no examples
 */
export async function readSnapshot(
  lake: Lake,
  product: string,
  version: string,
  signal?: AbortSignal,
): Promise<Examples> {
  const examples: Example[] = [];
  for await (const batch of lake.table(goldTrainingSnapshot).readPartition({ product, version }, { signal }))
    examples.push(...snapshotExamples(batch));
  if (examples.length === 0)
    throw new SpymasterError('NoInput', `the training snapshot ${version} of ${product} has no examples`, {
      expected: 'sessions with touches whose outcome is known',
    });
  return examplesOf(examples);
}

async function examplesOfDate(
  lake: Lake,
  { contract, tradeDate }: { contract: string; tradeDate: string },
  features: FeatureSettings,
  signal: AbortSignal,
): Promise<Example[]> {
  const partition = { contract, trade_date: tradeDate };
  const read = async (table: TableContract, columns: readonly string[]) => {
    const batches: TableBatch[] = [];
    for await (const batch of lake.table(table).readPartition(partition, { columns: [...columns], signal }))
      batches.push(batch);
    return batches;
  };
  const rows = {
    contract,
    tradeDate,
    outcomes: await read(goldOutcomes, GOLD_READ.outcomes),
    vectors: await read(goldVectors, GOLD_READ.vectors),
    episodes: await read(goldEpisodes, GOLD_READ.episodes),
  };
  const { product } = lake.products.contractOf(contract, tradeDate);
  return goldExamples(rows, sessionOf(tradeDate, product), features);
}
