/**
 * The stage that puts back the dead letters that pass the present rules: each into `bronze.mbo` where it arrived, and out
 * of `bronze.dead_letters`.
 *
 * These are two tables and two commits. Before both the layer's entry in `ops.partitions` is marked as being built, and after them it
 * gets a new digest: whatever was built from the partition is stale from then on, and a replay that dies on the way leaves no
 * published layer.
 */
import { createHash } from 'node:crypto';
import { buildOf, buildRow, opsPartitions, type BuildStatus } from '../../graph/catalog/partitionsTable';
import { keyText } from '../../graph/datasets/units';
import type { TableBatch } from '../../graph/datasets/schema';
import { sessionOf } from '../../graph/market/calendar';
import { TimeOrigin } from '../../graph/market/time';
import {
  bronzeDeadLetters,
  deadLetterOf,
  deadLetterRows,
  type DeadLetter,
} from '../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import type { MboBatch } from '../../graph/records/mbo';
import { DEAD_LETTERS, type DeadLetterReason, type MboRules } from '../../graph/records/validate';
import { letterPartitions, type LetterFilter } from '../../lake/deadLetters/letters';
import type { Lineage } from '../../lake/delta/lineage';
import type { PartitionInfo, Snapshot } from '../../lake/delta/snapshot';
import type { CommitOptions, Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import type { PartitionWriter } from '../../lake/parquet/partitionWriter';
import type { RawCatalog } from '../../lake/raw/registry';
import {
  decodeLetter,
  LetterJudge,
  mayPass,
  type Letter,
  type MboLetter,
  type Verdict,
} from './letterVerdicts';

interface ReplayResult {
  contract: string;
  tradeDate: string;
  /** Letters that were looked at, and those that went back. */
  letters: number;
  replayed: number;
  /** Why nothing could be done. */
  skipped?: string;
}

/** Letters whose reason the record alone tells; the others need the book, or are no DBN records. */
const REPLAYABLE: ReadonlySet<DeadLetterReason> = new Set<DeadLetterReason>([
  'action_unknown',
  'side_unknown',
  'side_missing',
  'price_off_tick',
  'price_undefined',
  'price_implausible',
  'size_nonpositive',
  'size_implausible',
  'ts_recv_undefined',
  'ts_event_ahead',
  'ts_event_behind',
  'ts_out_of_session',
  'ts_regressed',
  'symbol_unmapped',
  'spread_symbol',
]);

/**
 * Validates letters by the present rules and puts back those that pass.
 * @param dryRun only say what would go back
 * @throws SpymasterError `CommitConflict` or `Fenced` if a build of the partition came in between; `Cancelled`
 */
export async function replayLetters(
  lake: Lake,
  filter: LetterFilter,
  { dryRun = false, signal }: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<ReplayResult[]> {
  const snapshot = await lake.table(bronzeDeadLetters).snapshot();
  const catalog = await lake.raw.catalog();
  const results: ReplayResult[] = [];
  for (const partition of letterPartitions(snapshot, filter)) {
    const input = await readInput(lake, catalog, partition, filter.reason, signal);
    const { contract, trade_date: tradeDate } = partition;
    const result = { contract, tradeDate, letters: input.letters.length + input.others.length };
    const skipped = obstacleTo(input);
    if (skipped !== undefined) {
      results.push({ ...result, replayed: 0, skipped });
      continue;
    }
    const verdicts = await planReplay(lake, input, signal);
    const replayed = verdicts.filter(({ passes }) => passes).length;
    if (replayed > 0 && !dryRun) await publishReplay(lake, input, verdicts, signal);
    results.push({ ...result, replayed });
  }
  return results;
}

/** What a replay of one contract-date starts from. */
interface ReplayInput {
  partition: Partition;
  /** Both tables as they were read: what is written must replace nothing else. */
  mbo: Snapshot;
  deadLetters: Snapshot;
  /** Order messages, in order of their positions. */
  letters: Letter[];
  /** Other records: they are not put back. */
  others: DeadLetter[];
  rules: MboRules;
}

async function readInput(
  lake: Lake,
  catalog: RawCatalog,
  partition: Partition,
  wanted: DeadLetterReason | undefined,
  signal: AbortSignal | undefined,
): Promise<ReplayInput> {
  const mbo = await lake.table(bronzeMbo).snapshot();
  const deadLetters = await lake.table(bronzeDeadLetters).snapshot();
  const rows = await lake
    .table(bronzeDeadLetters)
    .readRows({ partition, version: deadLetters.version, signal });
  const mayGoBack = (letter: DeadLetter) =>
    (wanted === undefined || letter.reason === wanted) &&
    REPLAYABLE.has(letter.reason) &&
    isOfContract(letter, catalog, partition);
  const found = rows.map(deadLetterOf);
  const letters = found.filter(isOrderMessage).map((letter) => ({
    letter,
    record: mayGoBack(letter) ? decodeLetter(letter.bytes) : undefined,
  }));
  const others = found.filter((letter) => !isOrderMessage(letter));
  return { partition, mbo, deadLetters, letters, others, rules: rulesOf(lake, partition) };
}

const isOrderMessage = (letter: DeadLetter): letter is MboLetter => letter.position !== null;

function rulesOf(lake: Lake, { contract, trade_date: tradeDate }: Partition): MboRules {
  const { product } = lake.products.contractOf(contract, tradeDate);
  const { start, end } = sessionOf(tradeDate, product).window;
  return {
    origin: new TimeOrigin(start),
    windowStart: 0,
    windowEnd: Number(end - start),
    tickNanos: product.tickNanos,
  };
}

/** Whether a letter's record is of the partition's contract, according to the raw files registered now. */
function isOfContract(
  { source, instrumentId: id, reason }: DeadLetter,
  catalog: RawCatalog,
  { contract, trade_date: tradeDate }: Partition,
): boolean {
  if (reason !== 'symbol_unmapped' && reason !== 'spread_symbol') return true;
  const file = catalog.files.find(({ digest }) => digest === source);
  const instrument = file?.coverage.instruments.find(({ instrumentId }) => BigInt(instrumentId) === id);
  const day = instrument?.days.find((known) => known.tradeDate === tradeDate);
  return !!day && catalog.symbolOf({ file: file!, instrument: instrument!, day }) === contract;
}

/** Why the letters cannot go back into `bronze.mbo`, if they cannot: their positions count the rows of one build. */
function obstacleTo({ partition, mbo, deadLetters, letters: messages }: ReplayInput): string | undefined {
  if (messages.length === 0)
    return 'definitions, option trades and statistics are not put back one by one: build Bronze again with --reprocess all';
  const rows = mbo.partition(partition);
  const letters = deadLetters.partition(partition);
  if (!rows?.lineage || !letters?.lineage) return 'Bronze is not published: build it first';
  if (rows.lineage.inputs.includes(identityOf(letters)))
    return 'an earlier replay was interrupted after its rows were written: build Bronze again with --reprocess all';
  if (rows.lineage.digest !== letters.lineage.digest)
    return 'the letters are of another build than the one published: build Bronze again';
  return undefined;
}

/** A verdict on every letter; none if not one of them could pass. */
async function planReplay(
  lake: Lake,
  { partition, mbo, letters, rules }: ReplayInput,
  signal: AbortSignal | undefined,
): Promise<Verdict[]> {
  if (!letters.some((letter) => mayPass(letter, rules))) return [];
  const judge = new LetterJudge(letters, rules);
  await lake.table(bronzeMbo).readMbo(partition, (batch) => judge.push(batch), {
    columns: ['ts_recv', 'flags'],
    version: mbo.version,
    signal,
  });
  return judge.finish();
}

async function publishReplay(
  lake: Lake,
  input: ReplayInput,
  verdicts: readonly Verdict[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { partition, mbo, deadLetters, letters } = input;
  const lineage = replayedLineage(input);
  const commit = { ...fenceOfBuild(input), operation: 'replay dead letters', lineage, signal };
  const passed = letters.filter((_, k) => verdicts[k].passes);
  const merge = async (writer: PartitionWriter) => {
    await mergeRows(lake, input, passed, writer, signal);
    await mark(lake, partition, 'building', lineage, commit);
  };
  await lake.table(bronzeMbo).overwritePartition(partition, merge, { ...commit, basedOn: mbo });
  const remaining = [remainingLetters(input, verdicts)];
  await lake
    .table(bronzeDeadLetters)
    .overwritePartition(partition, remaining, { ...commit, basedOn: deadLetters });
  await mark(lake, partition, 'published', lineage, commit);
}

/** Gives Bronze's entry a status, and the digest of the rows that the replay leaves, which makes what was built from it stale. */
async function mark(
  lake: Lake,
  contractDate: Partition,
  status: BuildStatus,
  { inputs, digest }: Lineage,
  commit: CommitOptions,
): Promise<void> {
  const { contract, trade_date } = contractDate;
  const partition = {
    layer: 'bronze',
    partition: keyText({ unit: 'contract-date', key: { contract, trade_date } }),
  };
  const [row] = await lake.table(opsPartitions).readRows({ partition });
  if (!row) return;
  const build = buildOf(row);
  const replayed = { ...build.provenance.inputs, 'replayed dead letters': inputs.at(-1)! };
  const provenance = { ...build.provenance, inputs: replayed };
  await lake
    .table(opsPartitions)
    .overwritePartition(
      partition,
      [buildRow({ ...build, status, reason: null, digest, provenance })],
      commit,
    );
}

/** Writes the partition's rows again, each letter before the row it arrived before. */
async function mergeRows(
  lake: Lake,
  { partition, mbo }: ReplayInput,
  letters: readonly Letter[],
  writer: PartitionWriter,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0;
  let rows = 0;
  const writeLettersUpTo = (row: number) => {
    for (; next < letters.length && letters[next].letter.position <= row; next++)
      writer.writeMbo(letters[next].record!);
  };
  const onBatch = (batch: MboBatch) => {
    let from = 0;
    while (next < letters.length && letters[next].letter.position < rows + batch.length) {
      const at = Math.max(from, letters[next].letter.position - rows);
      writer.writeMbo(batch, from, at);
      writeLettersUpTo(rows + at);
      from = at;
    }
    writer.writeMbo(batch, from, batch.length);
    rows += batch.length;
    return writer.drain();
  };
  await lake.table(bronzeMbo).readMbo(partition, onBatch, { version: mbo.version, signal });
  writeLettersUpTo(Infinity);
}

/** The letters that do not go back, each with the rule it breaks now, and its place among the rows as they are then. */
function remainingLetters({ letters, others }: ReplayInput, verdicts: readonly Verdict[]): TableBatch {
  const remaining = deadLetterRows();
  for (const letter of others) remaining.push(letter);
  let returned = 0;
  letters.forEach(({ letter }, k) => {
    const { passes, reason } = verdicts[k];
    if (passes) {
      returned++;
      return;
    }
    const detail = reason === letter.reason ? letter.detail : DEAD_LETTERS[reason];
    remaining.push({ ...letter, reason, detail, position: letter.position + returned });
  });
  return remaining.take();
}

/** A replay counts as part of the attempt that built the partition: a later attempt wins over it. */
function fenceOfBuild({ partition, mbo }: ReplayInput): Pick<CommitOptions, 'txn'> {
  const appId = `build-bronze-${partition.contract}-${partition.trade_date}`;
  const version = mbo.txns.get(appId);
  return version === undefined ? {} : { txn: { appId, version } };
}

function replayedLineage({ partition, mbo, deadLetters }: ReplayInput): Lineage {
  const built = mbo.partition(partition)!.lineage!;
  const identity = identityOf(deadLetters.partition(partition)!);
  return {
    ...built,
    inputs: [...built.inputs, identity],
    digest: digestOf([built.digest, identity]),
  };
}

/** The name of these letters among the inputs in the lineage of `bronze.mbo`. */
const identityOf = (letters: PartitionInfo) =>
  `bronze.dead_letters@${digestOf(letters.files.map(({ path }) => path))}`;

const digestOf = (parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');
