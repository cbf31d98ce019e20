/**
 * The way back for dead letters that the present rules let pass.
 *
 * A replay puts a letter back into `bronze.mbo` exactly where it arrived, and takes it out of `bronze.dead_letters`.
 * These are two tables and two commits, and before both the layer's entry in `ops.partitions` gets a new digest: whatever
 * was built from the partition is stale from then on, even if the replay dies on the way.
 */
import { createHash } from 'node:crypto';
import { TableBuilder, type Row } from '../../graph/datasets/schema';
import { bronzeDeadLetters, bronzeMbo } from '../../graph/records/bronzeTables';
import { opsPartitions } from '../../graph/datasets/opsTables';
import { sessionOf } from '../../graph/market/calendar';
import { Flag, type MboBatch } from '../../graph/records/mbo';
import { TimeOrigin } from '../../graph/market/time';
import {
  DEAD_LETTERS,
  validateMbo,
  type DeadLetterReason,
  type MboRules,
} from '../../graph/records/validate';
import type { Lineage } from '../../lake/delta/lineage';
import type { PartitionInfo, Snapshot } from '../../lake/delta/snapshot';
import type { CommitOptions, Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import type { PartitionWriter } from '../../lake/parquet/partitionWriter';
import type { RawCatalog } from '../../lake/raw/registry';
import { decodeLetter, letterPartitions, type LetterFilter } from '../../lake/deadLetters/letters';

export interface ReplayResult {
  contract: string;
  tradeDate: string;
  /** Letters that were looked at, and those that went back. */
  letters: number;
  replayed: number;
  /** Why nothing could be done, in words. */
  skipped?: string;
}

/** Letters whose reason the record alone tells; the others need the book, or are no DBN records. */
const REPLAYABLE: ReadonlySet<string> = new Set<DeadLetterReason>([
  'action_unknown',
  'side_unknown',
  'price_off_tick',
  'price_undefined',
  'size_nonpositive',
  'ts_out_of_session',
  'ts_regressed',
  'symbol_unmapped',
  'spread_symbol',
]);

/**
 * Holds letters against the present rules and puts back those that pass.
 * @param dryRun only say what would go back
 */
export async function replayLetters(
  lake: Lake,
  filter: LetterFilter,
  options: { dryRun?: boolean; signal?: AbortSignal } = {},
): Promise<ReplayResult[]> {
  const snapshot = await lake.table(bronzeDeadLetters).snapshot();
  const catalog = await lake.raw.catalog();
  const results: ReplayResult[] = [];
  for (const partition of letterPartitions(snapshot, filter)) {
    const replay = new PartitionReplay(lake, catalog, partition, filter.reason);
    results.push(await replay.run(options));
  }
  return results;
}

/** A letter on its way: its row, its record, and whether it has gone back. */
interface Letter {
  row: Row;
  record: MboBatch | undefined;
  /** Rows of the partition that arrived before it. */
  position: number;
  replayed: boolean;
  reason: DeadLetterReason;
}

class PartitionReplay {
  private readonly contract: string;
  private readonly tradeDate: string;
  private readonly rules: MboRules;

  constructor(
    private readonly lake: Lake,
    private readonly catalog: RawCatalog,
    private readonly partition: Partition,
    private readonly wanted: DeadLetterReason | undefined,
  ) {
    this.contract = partition.contract;
    this.tradeDate = partition.trade_date;
    const { product } = lake.products.contractOf(this.contract, this.tradeDate);
    const { start, end } = sessionOf(this.tradeDate, product).window;
    this.rules = {
      origin: new TimeOrigin(start),
      windowStart: 0,
      windowEnd: Number(end - start),
      tickNanos: product.tickNanos,
    };
  }

  async run({ dryRun, signal }: { dryRun?: boolean; signal?: AbortSignal }): Promise<ReplayResult> {
    const mbo = this.lake.table(bronzeMbo);
    const deadLetters = this.lake.table(bronzeDeadLetters);
    const base = await mbo.snapshot();
    const lettersBase = await deadLetters.snapshot();
    const standing = base.partition(this.partition);
    const lettersStanding = lettersBase.partition(this.partition);
    const letters = (await deadLetters.readRows({ partition: this.partition, signal })).map((row) =>
      this.open(row),
    );
    const result = {
      contract: this.contract,
      tradeDate: this.tradeDate,
      letters: letters.length,
      replayed: 0,
    };
    const obstacle = obstacleTo(standing, lettersStanding);
    if (obstacle) return { ...result, skipped: obstacle };
    if (!letters.some((letter) => this.mayPass(letter))) return result;

    const merge = (writer?: PartitionWriter) => this.merge(letters, base.version, writer, signal);
    await merge();
    result.replayed = letters.filter(({ replayed }) => replayed).length;
    if (dryRun || result.replayed === 0) return result;

    const lineage = replayedLineage(standing!.lineage!, lettersStanding!);
    const commit = this.commitOptions(base, lineage, signal);
    await this.markStale(lineage.digest, commit);
    await mbo.overwritePartition(this.partition, merge, { ...commit, basedOn: base });
    const remaining = new TableBuilder(bronzeDeadLetters);
    let returned = 0;
    for (const letter of letters) {
      if (letter.replayed) returned++;
      else
        remaining.push({
          ...letter.row,
          ...this.verdict(letter),
          position: BigInt(letter.position + returned),
        });
    }
    await deadLetters.overwritePartition(this.partition, [remaining.build()], {
      ...commit,
      basedOn: lettersBase,
    });
    return result;
  }

  /** A letter that still does not pass says by which rule, which may not be the one it was set aside by. */
  private verdict({ row, reason }: Letter): Pick<Row, 'reason' | 'detail'> {
    return reason === row.reason ? { reason, detail: row.detail } : { reason, detail: DEAD_LETTERS[reason] };
  }

  private open(row: Row): Letter {
    const reason = row.reason as DeadLetterReason;
    const wanted = this.wanted === undefined || this.wanted === reason;
    const record = wanted && REPLAYABLE.has(reason) ? decodeLetter(row.bytes as Uint8Array) : undefined;
    return { row, record, position: Number(row.position), replayed: false, reason };
  }

  /** Whether a letter could pass, its neighbours apart. */
  private mayPass({ record, row }: Letter): boolean {
    if (!record) return false;
    return this.isOurs(row) && validateMbo(record, 0, this.rules, -Infinity) === null;
  }

  /** Whether the record is of this contract, as the raw files say by now. */
  private isOurs({ source, instrument_id: id, reason }: Row): boolean {
    if (reason !== 'symbol_unmapped' && reason !== 'spread_symbol') return true;
    const file = this.catalog.files.find(({ digest }) => digest === source);
    const instrument = file?.coverage.instruments.find(({ instrumentId }) => BigInt(instrumentId) === id);
    const day = instrument?.days.find(({ tradeDate }) => tradeDate === this.tradeDate);
    return !!day && this.catalog.symbolOf({ file: file!, instrument: instrument!, day }) === this.contract;
  }

  /**
   * The partition's rows with the letters that pass among them, each before the row it arrived before. Without a writer
   * it only finds out which pass.
   */
  private async merge(
    letters: Letter[],
    version: number,
    writer: PartitionWriter | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { origin } = this.rules;
    let next = 0;
    let row = 0;
    let previous = -Infinity;
    /** Letters that arrived before the row at hand; `nextTs` is that row's time. */
    const deliver = (nextTs: number) => {
      for (; next < letters.length && letters[next].position <= row; next++) {
        const letter = letters[next];
        letter.replayed = false;
        if (!letter.record || !this.isOurs(letter.row)) continue;
        const t = origin.offset(letter.record.tsRecvWords, 0);
        const trusted = (letter.record.flags[0] & Flag.BadTsRecv) === 0;
        const verdict = validateMbo(letter.record, 0, this.rules, previous);
        letter.reason = verdict ?? (trusted && t > nextTs ? 'ts_regressed' : letter.reason);
        if (verdict !== null || (trusted && t > nextTs)) continue;
        letter.replayed = true;
        if (t > previous) previous = t;
        writer?.writeMbo(letter.record);
      }
    };
    await this.lake.table(bronzeMbo).readMbo(
      this.partition,
      (batch) => {
        let from = 0;
        for (let i = 0; i < batch.length; i++, row++) {
          const t = origin.offset(batch.tsRecvWords, i);
          if (next < letters.length && letters[next].position <= row) {
            if (i > from) writer?.writeMbo(batch, from, i);
            from = i;
            deliver((batch.flags[i] & Flag.BadTsRecv) === 0 ? t : Infinity);
          }
          if (t > previous) previous = t;
        }
        writer?.writeMbo(batch, from, batch.length);
        return writer?.drain();
      },
      { version, signal },
    );
    row = Infinity;
    deliver(Infinity);
  }

  /** Gives Bronze's entry the digest of the rows it is about to have, which makes what was built from it stale. */
  private async markStale(digest: string, commit: CommitOptions): Promise<void> {
    const partition = { layer: 'bronze', ...this.partition };
    const [entry] = await this.lake.table(opsPartitions).readRows({ partition });
    if (!entry) return;
    const builder = new TableBuilder(opsPartitions);
    builder.push({ ...entry, digest });
    await this.lake.table(opsPartitions).overwritePartition(partition, [builder.build()], commit);
  }

  /** A replay counts as part of the attempt that built the partition: a later attempt wins over it. */
  private commitOptions(base: Snapshot, lineage: Lineage, signal?: AbortSignal): CommitOptions {
    const appId = `build-bronze-${this.contract}-${this.tradeDate}`;
    const version = base.txns.get(appId);
    return {
      operation: 'replay dead letters',
      lineage,
      ...(version !== undefined && { txn: { appId, version } }),
      signal,
    };
  }
}

/** Why the letters cannot go back into what stands in `bronze.mbo`, if so: their positions are those of one build. */
function obstacleTo(mbo: PartitionInfo | undefined, letters: PartitionInfo | undefined): string | undefined {
  if (!mbo?.lineage || !letters?.lineage) return 'Bronze is not published: build it first';
  if (mbo.lineage.inputs.includes(identityOf(letters)))
    return 'an earlier replay was interrupted after its rows were written: build Bronze again with --force';
  if (mbo.lineage.digest !== letters.lineage.digest)
    return 'the letters are of another build than the one published: build Bronze again';
  return undefined;
}

/** What these very letters are called in the lineage of the rows they became. */
const identityOf = (letters: PartitionInfo) =>
  `bronze.dead_letters@${digestOf(letters.files.map(({ path }) => path))}`;

function replayedLineage(standing: Lineage, letters: PartitionInfo): Lineage {
  const identity = identityOf(letters);
  return {
    ...standing,
    inputs: [...standing.inputs, identity],
    digest: digestOf([standing.digest, identity]),
  };
}

const digestOf = (parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('hex');
