/** What `spymaster tables compact` and `vacuum` do. */
import { compact } from '../../lake/delta/compact';
import { vacuum, vacuumStaging } from '../../lake/delta/vacuum';
import type { Lake } from '../../lake/lake';
import type { JsonOption, VacuumOptions } from './commands/tables';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { note, printJson, printTable } from './output';
import { ProgressLine } from './progress';

const chosen = (lake: Lake, names: readonly string[]) =>
  names.length > 0 ? names.map((name) => lake.contract(name)) : lake.contracts;

export async function compactTables(names: readonly string[], { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const progress = new ProgressLine();
  const results: ({ table: string } & Awaited<ReturnType<typeof compact>>)[] = [];
  await untilInterrupted(async (signal) => {
    for (const contract of chosen(lake, names)) {
      const onPartition = (done: number, total: number) => progress.show(`${contract.name} ${done}/${total}`);
      results.push({
        table: contract.name,
        ...(await compact(lake.table(contract), { signal, onPartition })),
      });
    }
  });
  progress.end();
  if (json) return printJson({ tables: results });
  printTable(
    ['table', 'partitions', 'files before', 'files after', 'left to another writer'],
    results.map((r) => [r.table, r.partitions, r.filesBefore, r.filesAfter, r.skipped]),
  );
}

export async function vacuumTables(names: readonly string[], options: VacuumOptions): Promise<void> {
  const { retention: retentionHours, dryRun = false, json } = options;
  const lake = await openLake();
  const results: ({ table: string } & Awaited<ReturnType<typeof vacuum>>)[] = [];
  for (const contract of chosen(lake, names))
    results.push({
      table: contract.name,
      ...(await vacuum(lake.table(contract), { retentionHours, dryRun })),
    });
  const staging = await vacuumStaging(lake.store, dryRun);
  if (json) return printJson({ dryRun, tables: results, staging });
  printTable(
    ['table', 'data files', 'log files', 'bytes'],
    results.map(({ table, files, logFiles, bytes }) => [table, files.length, logFiles.length, bytes]),
  );
  if (staging.length > 0) note(`${staging.length} files of builds that died`);
  if (dryRun) note('Nothing was deleted (--dry-run).');
}
