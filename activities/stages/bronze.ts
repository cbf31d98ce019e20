/**
 * Bronze of a contract-date: the raw records of its window as tables, those that cannot be used as dead letters, and the
 * order book as it stood when the window began.
 */
import { bronzeDeadLetters } from '../../graph/records/deadLettersTable';
import { bronzeDefinitions } from '../../graph/records/definitionsTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import { bronzeOpeningBooks, openingBookRows } from '../../graph/records/openingBooksTable';
import { bronzeOptionTrades } from '../../graph/records/optionTradesTable';
import { bronzeStatistics } from '../../graph/records/statisticsTable';
import { SpymasterError } from '../../graph/errors';
import { blocking, bronzeChecks, optionChecks, type CheckResult } from '../../graph/quality/checks';
import { frameOf } from '../../graph/session/inputs';
import { SessionFilter } from '../../graph/session/sessionFilter';
import { saveState } from '../../graph/state/blob';
import type { PartitionWriter } from '../../lake/parquet/partitionWriter';
import { readDbn } from '../../lake/raw/dbnFile';
import { missingDate } from '../planning/missingData';
import { rawInputs } from './inputs';
import { DeadLetters } from './deadLetters';
import { BronzeOptions } from './bronzeOptions';
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
    return publication.noData(missingDate(await lake.raw.catalog(), contract, tradeDate).reason);

  const frame = frameOf({ contract, tradeDate, settings });
  const letters = new DeadLetters(frame.product.tickNanos);
  const options = new BronzeOptions(contract, frame, letters);
  await options.read(inputs, signal);
  let writer: PartitionWriter;
  const filter = new SessionFilter(frame, {
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
        filter.begin(file.ours, file.unmapped, file.since);
        await readDbn(
          file.path,
          {
            mbo: (batch, offset, stride) => {
              letters.place(offset, stride);
              filter.push(batch);
              done += batch.length;
            },
            drain: () => {
              progress({ phase: 'reading records', done, total });
              return writer.drain();
            },
          },
          { signal, acceptTruncated: file.acceptTruncated },
        );
      }
      const fileRecords = inputs.mbo.reduce((sum, { mboRecords }) => sum + mboRecords, 0);
      checks = [...bronzeChecks(filter.facts(fileRecords)), ...optionChecks(options.facts)];
      blocked = blocking(checks).length > 0;
      // Thrown, so that the table stays as it was.
      if (blocked) throw new SpymasterError('QualityBlocked', 'A blocking check failed');
    });
  } catch (error) {
    if (!blocked) throw error;
  }
  progress({ phase: 'writing', done, total });
  await publication.table(bronzeDeadLetters, [letters.take()]);
  if (blocked) return publication.end(checks);

  const opening = openingBookRows();
  if (filter.openingBook)
    opening.push({
      ts: frame.origin.ns,
      orders: filter.openingBook.orderCount,
      state: saveState(filter.openingBook),
    });
  await publication.table(bronzeOpeningBooks, [opening.take()]);

  await publication.table(bronzeDefinitions, [options.definitions.take()]);
  await publication.table(bronzeOptionTrades, [options.trades.take()]);
  await publication.table(bronzeStatistics, [options.statistics.take()]);
  return publication.end(checks);
}
