/**
 * Bronze of a contract-date: the raw records of its window as tables, those that cannot be used as dead letters, and the
 * order book as it stood when the window began.
 */
import { bronzeDeadLetters } from '../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import { bronzeOpeningBooks, openingBookRows } from '../../graph/records/openingBooksTable';
import { SpymasterError } from '../../graph/errors';
import { blocking, bronzeChecks, optionChecks, type CheckResult } from '../../graph/quality/checks';
import { mixedDataChecks, overlapChecks, type MergedFiles } from '../../graph/quality/overlaps';
import { frameOf } from '../../graph/session/inputs';
import { SessionFilter } from '../../graph/session/sessionFilter';
import { saveState } from '../../graph/state/blob';
import type { PartitionWriter } from '../../lake/parquet/partitionWriter';
import { missingDate } from '../planning/missingData';
import { rawFilesOf, rawInputs } from './inputs';
import { readMbo } from './rawRuns';
import { DeadLetters } from './deadLetters';
import { readOptionFiles } from './optionFiles';
import { OptionRecords } from './optionRecords';
import { buildCapturedBronze } from './capturedBronze';
import type { Ended } from '../publishing/publication';
import type { Build } from './build';

export async function buildBronze(build: Build): Promise<Ended> {
  const { partition, lake, features: settings, publication, captured } = build;
  const { progress, signal } = build.context;
  if (captured) return buildCapturedBronze(build);
  const { contract, trade_date: tradeDate } = partition.key;
  const catalog = await lake.raw.catalog();
  const inputs = await rawInputs(lake, contract, tradeDate);
  if (inputs.mbo.length === 0) return publication.noData(missingDate(catalog, contract, tradeDate).reason);
  const mixed = mixedDataChecks(rawFilesOf(catalog, contract, tradeDate));
  if (mixed.length > 0) return publication.end(mixed);

  const frame = frameOf({ contract, tradeDate, settings });
  const letters = new DeadLetters(frame.product.tickNanos);
  const options = new OptionRecords(frame, letters);
  const optionsMerged = await readOptionFiles(options, inputs, signal);
  let writer: PartitionWriter;
  const filter = new SessionFilter(frame, {
    keep: (batch, from, to) => writer.writeMbo(batch, from, to),
    reject: (batch, i, reason, kept) => letters.add(batch, i, reason, kept),
  });
  const files = inputs.mbo.flatMap((run) => run.files);
  const total = files.reduce((sum, { records }) => sum + records, 0);
  const fileRecords = files.reduce((sum, { mboRecords }) => sum + mboRecords, 0);
  const merged: MergedFiles[] = [...optionsMerged];
  let duplicates = 0;
  let done = 0;
  let checks: CheckResult[] = [];
  let blocked = false;
  try {
    await publication.table(bronzeMbo, async (partitionWriter) => {
      writer = partitionWriter;
      for (const run of inputs.mbo) {
        filter.begin(run.ours, run.unmapped, run.since);
        const left = await readMbo(
          run.files,
          {
            mbo: (batch, placeOf) => {
              letters.place(placeOf);
              filter.push(batch);
              done += batch.length;
            },
            drain: () => {
              progress({ phase: 'reading records', done, total });
              return writer.drain();
            },
          },
          signal,
        );
        if (left) merged.push(left);
        duplicates += left?.duplicates ?? 0;
      }
      checks = [...bronzeChecks(filter.facts(fileRecords, duplicates)), ...optionChecks(options.facts)];
      blocked = blocking(checks).length > 0;
      // Thrown, so that the table stays as it was.
      if (blocked) throw new SpymasterError('QualityBlocked', 'A blocking check failed');
    });
  } catch (error) {
    if (!blocked) throw error;
  }
  progress({ phase: 'writing', done, total });
  await publication.table(bronzeDeadLetters, [letters.take()]);
  if (blocked) return publication.end([...checks, ...overlapChecks(merged)]);

  const opening = openingBookRows();
  if (filter.openingBook)
    opening.push({
      ts: frame.origin.ns,
      orders: filter.openingBook.orderCount,
      state: saveState(filter.openingBook),
    });
  await publication.table(bronzeOpeningBooks, [opening.take()]);

  for (const rows of options.takeRows()) await publication.table(rows.contract, [rows]);
  return publication.end([...checks, ...overlapChecks(merged)]);
}
