/** A lake whose bronze.mbo was written in two commits. */
import { bronzeMbo } from '../../graph/records/mboTable';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { commitOptions, syntheticMbo, temporaryFolder } from './lake';

export const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };

/** Version 0 appends 3000 records, version 1 ten more. Returns the lake's folder. */
export async function mboLake(): Promise<string> {
  const folder = temporaryFolder();
  const table = (await Lake.open(folder, TABLES)).table(bronzeMbo);
  await table.append(
    PARTITION,
    (writer) => writer.writeMbo(syntheticMbo(3000)),
    commitOptions({ operation: 'first' }),
  );
  await table.append(
    PARTITION,
    (writer) => writer.writeMbo(syntheticMbo(10, 3000)),
    commitOptions({ operation: 'second' }),
  );
  return folder;
}
