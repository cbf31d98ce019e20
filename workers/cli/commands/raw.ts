/** `spymaster raw`: the raw files of the lake, which of them are in use, and taking them out of use and back. */
import type { Command } from 'commander';
import { currentFeatures } from '../../../activities/stages/currentSettings';
import { rawChange, type RawChange } from '../../../activities/reports/rawChange';
import { SpymasterError } from '../../../graph/errors';
import { dataKind } from '../../../graph/sim/dataset';
import { RawCatalog, type RawFile } from '../../../lake/raw/registry';
import { loadConfig } from '../../config';
import { openExistingLake } from '../openLake';
import { backfillCommands } from '../summaries/rebuild';
import { note, printJson, printTable } from '../terminal/output';

const LIST_HELP = `
Files are named by their digest, of which the first 6 digits or more are enough elsewhere, or by name. What is in several files
counts once; "overlaps" says which they are.`;

const DROP_HELP = `
Nothing is built from a dropped file any more, as if it had never been imported. Its bytes stay in the lake: \`./spymaster raw restore FILE\`
takes it back, and so does importing it again. What was built from it stays as it is until it is built anew.
Exit code: 0 dropped; 2 no such file, then nothing is dropped.`;

interface Options {
  dropped?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export function define(raw: Command): void {
  raw
    .command('list')
    .description('List the raw files, and where they overlap.')
    .option('--dropped', 'those that were dropped')
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', LIST_HELP)
    .action(list);
  raw
    .command('drop <file...>')
    .description('Take raw files out of use; they can be restored. Says what becomes stale.')
    .option('--dry-run', 'only say what would become stale')
    .option('--json', 'print one JSON document')
    .addHelpText('after', DROP_HELP)
    .action(drop);
  raw
    .command('restore <file...>')
    .description('Take dropped raw files back into use. Says what becomes stale.')
    .option('--json', 'print one JSON document')
    .action(restore);
}

async function list({ dropped, json }: Options): Promise<void> {
  const lake = await openExistingLake();
  const files = dropped ? await lake.raw.dropped() : await lake.raw.list();
  const overlaps = dropped
    ? new Map<RawFile, Set<string>>()
    : overlapsOf(new RawCatalog(files, lake.products));
  const rows = files.map((file) => ({ ...summary(file), overlaps: [...(overlaps.get(file) ?? [])].sort() }));
  if (json) return printJson({ files: rows });
  if (rows.length === 0)
    return note(
      dropped
        ? 'No raw file was dropped.'
        : 'There are no raw files in use: `./spymaster import FILE` takes one in.',
    );
  printTable(
    ['digest', 'file', 'data', 'schema', 'records', 'first date', 'last date', 'overlaps'],
    rows.map(({ digest, name, data, schema, records, firstDate, lastDate, overlaps: others }) => [
      digest.slice(0, 12),
      name,
      data,
      schema ?? 'mixed',
      records,
      firstDate ?? '',
      lastDate ?? '',
      others.map((other) => other.slice(0, 12)).join(' '),
    ]),
  );
}

function summary({ digest, name, schema, dataset, bytes, records, importedAt, coverage: { days } }: RawFile) {
  const [first, last] = [days.at(0)?.tradeDate ?? null, days.at(-1)?.tradeDate ?? null];
  const data = dataKind([dataset]);
  return {
    digest,
    name,
    dataset,
    data,
    schema,
    bytes,
    records,
    firstDate: first,
    lastDate: last,
    importedAt,
  };
}

/** Digests of the files that each file shares a contract-date with. */
function overlapsOf(catalog: RawCatalog): Map<RawFile, Set<string>> {
  const found = new Map<RawFile, Set<string>>();
  for (const { pieces } of catalog.overlaps())
    for (const { file } of pieces) {
      const others = found.get(file) ?? new Set<string>();
      found.set(file, others);
      for (const other of pieces) if (other.file !== file) others.add(other.file.digest);
    }
  return found;
}

async function drop(references: readonly string[], { dryRun = false, json }: Options): Promise<void> {
  const { raw } = await openExistingLake();
  // All of them first: with one of them misspelt, nothing is dropped.
  const digests = await resolved(references, 'used');
  const before = await catalogOrWhy();
  if (!dryRun) for (const digest of digests) await raw.drop(digest);
  const rest =
    typeof before === 'string' ? [] : before.files.filter(({ digest }) => !digests.includes(digest));
  const change = typeof before === 'string' ? before : await changeFrom(before, await raw.catalog(rest));
  if (json) return printJson({ dryRun, dropped: digests, ...asJson(change) });
  for (const digest of digests)
    note(
      dryRun
        ? `${digest.slice(0, 12)} would be dropped`
        : `${digest.slice(0, 12)} dropped; back with \`./spymaster raw restore ${digest.slice(0, 12)}\``,
    );
  printChange(change);
}

async function restore(references: readonly string[], { json }: Options): Promise<void> {
  const { raw } = await openExistingLake();
  const digests = await resolved(references, 'dropped');
  const before = await catalogOrWhy();
  for (const digest of digests) await raw.restore(digest);
  const after = await catalogOrWhy();
  const failed = [before, after].find((catalog) => typeof catalog === 'string');
  const change = failed ?? (await changeFrom(before as RawCatalog, after as RawCatalog));
  if (json) return printJson({ restored: digests, ...asJson(change) });
  for (const digest of digests) note(`${digest.slice(0, 12)} is in use again`);
  printChange(change);
}

async function resolved(references: readonly string[], kind: 'used' | 'dropped'): Promise<string[]> {
  const { raw } = await openExistingLake();
  const digests = await Promise.all(references.map((reference) => raw.resolve(reference, kind)));
  return [...new Set(digests)];
}

/** What raw files cover; why that cannot be told, if one of them cannot be read: dropping it is the way out. */
async function catalogOrWhy(): Promise<RawCatalog | string> {
  const { raw } = await openExistingLake();
  return raw.catalog().catch((error: unknown) => {
    if (error instanceof SpymasterError) return error.message;
    throw error;
  });
}

async function changeFrom(before: RawCatalog, after: RawCatalog): Promise<RawChange> {
  const lake = await openExistingLake();
  return rawChange(lake, await currentFeatures(lake, loadConfig().features), before, after);
}

const asJson = (change: RawChange | string) =>
  typeof change === 'string' ? { stale: null, uncovered: null, reason: change } : change;

function printChange(change: RawChange | string): void {
  if (typeof change === 'string') return note(`What becomes stale cannot be told: ${change}`);
  const { stale, uncovered } = change;
  if (stale.length === 0) note('Nothing that was built becomes stale.');
  else {
    printTable(
      ['stale', 'layer'],
      stale.map(({ partition, layer }) => [partition.replaceAll('/', ' '), layer]),
    );
    for (const command of backfillCommands(stale, 'stale')) note(`To build it anew: ${command}`);
  }
  if (uncovered.length > 0)
    note(
      `No raw file in use covers these any more, they stay as they were published: ${uncovered.join(', ')}`,
    );
}
