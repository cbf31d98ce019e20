/**
 * Bronze of a contract-date: the raw records of its window as tables, those that cannot be used as dead letters, and the
 * order book as it stood when the window began.
 */
import { TableBuilder } from '../../graph/datasets/schema';
import {
  bronzeDeadLetters,
  bronzeDefinitions,
  bronzeMbo,
  bronzeOpeningBooks,
  bronzeOptionTrades,
  bronzeStatistics,
} from '../../graph/records/bronzeTables';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import { SpymasterError } from '../../graph/errors';
import type { MboBatch } from '../../graph/records/mbo';
import { DEAD_LETTERS, type DeadLetterReason } from '../../graph/records/validate';
import { blocking, bronzeChecks, type CheckResult } from '../../graph/quality/checks';
import { frameOf } from '../../graph/session/inputs';
import { SessionFilter } from '../../graph/session/sessionFilter';
import { saveState } from '../../graph/state/blob';
import type { PartitionWriter } from '../../lake/parquet/partitionWriter';
import { readDbn } from '../../lake/raw/dbnFile';
import { rawInputs } from './inputs';
import { OptionTables } from './optionTables';
import type { Ended } from '../publishing/publication';
import type { Build } from './build';

export async function buildBronze({
  partition,
  lake,
  features: settings,
  publication,
  context: { progress, signal },
}: Build): Promise<Ended> {
  const { contract, trade_date: tradeDate } = partition.key;
  const inputs = await rawInputs(lake, contract, tradeDate);
  if (inputs.mbo.length === 0)
    return publication.noData(`no imported file holds MBO records of ${contract} on ${tradeDate}`);

  const frame = frameOf({ contract, tradeDate, settings });
  const letters = new LetterBox(frame.product.tickNanos);
  let writer: PartitionWriter;
  const sieve = new SessionFilter(frame, {
    keep: (batch, from, to) => writer.writeMbo(batch, from, to),
    reject: (batch, i, reason, kept) => letters.add(batch, i, reason, kept),
  });
  const total = inputs.mbo.reduce((sum, { records }) => sum + records, 0);
  let done = 0;
  let checks: CheckResult[] = [];
  let blocked = false;
  try {
    await publication.table(bronzeMbo, async (partitionWriter) => {
      writer = partitionWriter;
      for (const file of inputs.mbo) {
        letters.source = file.digest;
        sieve.begin(file.ours, file.unmapped);
        await readDbn(
          file.path,
          {
            mbo: (batch, offset, stride) => {
              letters.place(offset, stride);
              sieve.push(batch);
              done += batch.length;
            },
            drain: () => {
              progress({ phase: 'reading records', done, total });
              return writer.drain();
            },
          },
          { signal },
        );
      }
      checks = bronzeChecks(sieve.facts());
      blocked = blocking(checks).length > 0;
      // Thrown, so that the table stays as it was.
      if (blocked) throw new SpymasterError('QualityBlocked', 'A blocking check failed');
    });
  } catch (error) {
    if (!blocked) throw error;
  }
  progress({ phase: 'writing', done, total });
  await publication.table(bronzeDeadLetters, [letters.build()]);
  if (blocked) return publication.end(checks);

  const opening = new TableBuilder(bronzeOpeningBooks);
  if (sieve.openingBook)
    opening.push({
      ts: frame.origin.ns,
      orders: BigInt(sieve.openingBook.orderCount),
      state: saveState(sieve.openingBook),
    });
  await publication.table(bronzeOpeningBooks, [opening.build()]);

  const options = new OptionTables(contract, frame);
  await options.read(inputs, signal);
  await publication.table(bronzeDefinitions, [options.definitions.build()]);
  await publication.table(bronzeOptionTrades, [options.trades.build()]);
  await publication.table(bronzeStatistics, [options.statistics.build()]);
  return publication.end(checks);
}

/** Collects the records that cannot be used, each with its place and bytes. */
class LetterBox {
  /** Digest of the file being read. */
  source = '';
  private offset = 0;
  private stride = MBO_BYTES;
  private readonly rows = new TableBuilder(bronzeDeadLetters);

  /** @param tickNanos the contract's tick, 1e-9 */
  constructor(private readonly tickNanos: number) {}

  /** Says where the records of the next batch lie in the decompressed file. */
  place(offset: number, stride: number): void {
    this.offset = offset;
    this.stride = stride;
  }

  add(batch: MboBatch, i: number, reason: DeadLetterReason, kept: number): void {
    const bytes = new Uint8Array(MBO_BYTES);
    encodeMbo(batch, i, i + 1, bytes, 0);
    this.rows.push({
      reason,
      field: FAULTS[reason]?.[0] ?? null,
      expected:
        FAULTS[reason]?.[1] ?? (reason === 'price_off_tick' ? `a multiple of ${this.tickNanos / 1e9}` : null),
      detail: DEAD_LETTERS[reason],
      source: this.source,
      byte_offset: BigInt(this.offset + i * this.stride),
      position: BigInt(kept),
      ts_recv: BigInt.asIntN(64, batch.tsRecv[i]),
      instrument_id: BigInt(batch.instrumentId[i]),
      bytes,
      found_at: BigInt(Date.now()) * 1_000_000n,
    });
  }

  build() {
    return this.rows.build();
  }
}

/** The field at fault, and what it would have to be. */
const FAULTS: Partial<Record<DeadLetterReason, [field: string, expected?: string]>> = {
  action_unknown: ['action', 'A, C, M, R, T, F or N'],
  side_unknown: ['side', 'A, B or N'],
  price_off_tick: ['price'],
  price_undefined: ['price', 'a price'],
  size_nonpositive: ['size', 'at least 1'],
  ts_out_of_session: ['ts_recv', "within the trade date's window"],
  ts_regressed: ['ts_recv', 'not before that of the record before'],
  symbol_unmapped: ['instrument_id', 'an id some imported file maps to a symbol'],
};
