/** `spymaster import FILE|DIR...`: how raw files enter the lake. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { findRawFiles, type Skipped } from '../../../lake/raw/findFiles';
import type { RawStore } from '../../../lake/raw/rawStore';
import type { RawFile } from '../../../lake/raw/registry';
import { dataKind, isSimulated } from '../../../graph/sim/dataset';
import { openLake } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson, printTable } from '../terminal/output';
import { timeCell } from '../terminal/times';
import { visible } from '../../visible';
import { withProgress } from '../terminal/progress';

const HELP = `
Files are DBN (.dbn, .dbn.zst, .dbz). Each is read from end to end and verified first, then kept by its digest: the same
file twice is one, and makes whole what is damaged or missing in the lake. Folders are searched to any depth, links followed.
A file that cannot be read is refused by name, and the rest go on.
Exit code: 0 all taken in or known; 3 some refused; 1 none could be taken in; 130 interrupted.`;

export function define(command: Command): void {
  command
    .argument('<path...>', 'files and folders')
    .option(
      '--accept-truncated',
      'take a file that breaks off, as a live capture may, as far as its last whole record',
    )
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action(importPaths);
}

interface Options {
  acceptTruncated?: boolean;
  json?: boolean;
}

type Outcome =
  | { path: string; status: 'imported' | 'known' | 'healed'; file: RawFile }
  | { path: string; status: 'refused'; error: Error };

async function importPaths(paths: readonly string[], { acceptTruncated, json }: Options): Promise<void> {
  const { raw } = await openLake();
  const outcomes: Outcome[] = [];
  const files: string[] = [];
  const refuse = (path: string, error: Error) => outcomes.push({ path, status: 'refused', error });
  const skipped: Skipped[] = [];
  const skip = (one: Skipped) => skipped.push(one);
  for (const path of paths) files.push(...(await findRawFiles(path, { refuse, skip })));
  const interrupted = await withProgress((line) =>
    untilInterrupted(async (signal) => {
      for (const [done, path] of files.entries()) {
        if (signal.aborted) break;
        const onBytes = (read: number, total: number) =>
          line.show(`${done + 1}/${files.length} ${basename(path)} ${Math.floor((100 * read) / total)}%`);
        outcomes.push(...(await importOne(raw, path, { onBytes, signal, acceptTruncated })));
      }
      return signal.aborted;
    }),
  );
  const mixed = await mixedDates(raw, outcomes);
  const overlaps = interrupted ? [] : await overlapsOf(raw, outcomes);
  report({ outcomes, overlaps, mixed, skipped }, json ?? false);
  process.exitCode = interrupted ? EXIT.interrupted : exitCodeOf(outcomes);
}

/** Imports one file; nothing comes of it if that was cancelled. Whatever else goes wrong with it, the others go on. */
async function importOne(
  raw: RawStore,
  path: string,
  options: Parameters<RawStore['import']>[1],
): Promise<Outcome[]> {
  try {
    return [{ path, ...(await raw.import(path, options)) }];
  } catch (error) {
    if (error instanceof SpymasterError && error.code === 'Cancelled') return [];
    return [{ path, status: 'refused', error: error as Error }];
  }
}

/** Files of which one came in now, and on how many contract-dates they overlap. */
interface Overlapping {
  files: string[];
  contractDates: number;
}

/** Counts what was traded where new files overlap others, so that no plan has to wait for it; an unreadable file is for them to tell. */
async function overlapsOf(raw: RawStore, outcomes: readonly Outcome[]): Promise<Overlapping[]> {
  const fresh = new Set(outcomes.flatMap((one) => (one.status === 'imported' ? [one.file.digest] : [])));
  if (fresh.size === 0) return [];
  try {
    const found = new Map<string, Overlapping>();
    for (const { pieces } of (await raw.catalog()).overlaps()) {
      const files = [...new Set(pieces.map(({ file }) => file))];
      if (!files.some(({ digest }) => fresh.has(digest))) continue;
      const key = files.map(({ digest }) => digest).join();
      const known = found.get(key) ?? { files: files.map(({ name }) => name), contractDates: 0 };
      known.contractDates++;
      found.set(key, known);
    }
    return [...found.values()];
  } catch (error) {
    if (error instanceof SpymasterError) return [];
    throw error;
  }
}

/** Trade dates of the files that came in of which the lake has simulated files and real ones. */
async function mixedDates(raw: RawStore, outcomes: readonly Outcome[]): Promise<string[]> {
  const datesOf = (files: readonly RawFile[]) =>
    new Set(files.flatMap(({ coverage }) => coverage.days.map(({ tradeDate }) => tradeDate)));
  const fresh = datesOf(outcomes.flatMap((one) => (one.status === 'imported' ? one.file : [])));
  if (fresh.size === 0) return [];
  const files = await raw.list();
  const simulated = datesOf(files.filter(({ dataset }) => isSimulated(dataset)));
  const real = datesOf(files.filter(({ dataset }) => !isSimulated(dataset)));
  return [...fresh].filter((date) => simulated.has(date) && real.has(date)).sort();
}

const datesText = (dates: readonly string[]): string =>
  dates.length === 1 ? dates[0] : `${dates.length} trade dates from ${dates[0]} to ${dates.at(-1)}`;

interface Report {
  outcomes: readonly Outcome[];
  overlaps: readonly Overlapping[];
  mixed: readonly string[];
  skipped: readonly Skipped[];
}

/** Overlaps, and skipped folders, shown to a person. */
const MAX_SHOWN = 10;

function report({ outcomes, overlaps, mixed, skipped }: Report, json: boolean): void {
  const counts = { imported: 0, known: 0, healed: 0, refused: 0 };
  for (const { status } of outcomes) counts[status]++;
  if (json)
    return printJson({
      files: outcomes.map(asJson),
      ...counts,
      ...(overlaps.length > 0 && { overlaps }),
      ...(mixed.length > 0 && { mixed }),
      ...(skipped.length > 0 && { skipped }),
    });
  const taken = outcomes.filter((outcome) => outcome.status !== 'refused');
  if (taken.length > 0)
    printTable(
      ['file', 'status', 'data', 'schema', 'records', 'from (ET)', 'to (ET)', 'trade dates', 'instruments'],
      taken.map(({ path, status, file }) => {
        const { days, instruments } = file.coverage;
        const { first, last } = spanOf(file);
        return [
          basename(path),
          status,
          dataKind([file.dataset]),
          file.schema ?? 'mixed',
          file.records,
          timeCell(first),
          timeCell(last),
          days.length === 1 ? days[0].tradeDate : days.length,
          instruments.length === 1
            ? (instruments[0].symbol ?? instruments[0].instrumentId)
            : instrumentsOf(file),
        ];
      }),
    );
  for (const { path, file } of taken)
    if (file.leftBytes !== null)
      note(`${visible(path)} breaks off: ${file.leftBytes} bytes behind its last whole record were left.`);
  for (const { path, file } of taken) {
    const { instruments, records, names } = file.coverage.unlisted;
    if (instruments + names > 0)
      note(
        `${visible(path)}: ${instruments} instruments with ${records} records and ${names} symbols are more than can be listed, and are only in its totals.`,
      );
  }
  for (const { files, contractDates } of overlaps.slice(0, MAX_SHOWN))
    note(
      `${files.join(' and ')} overlap on ${contractDates} contract-dates: what is in several counts once.`,
    );
  if (overlaps.length > MAX_SHOWN) note('More overlap: `./spymaster raw list` shows which.');
  if (mixed.length > 0)
    note(
      `Of ${datesText(mixed)} there are simulated data and real ones now: a contract that has both is not built until \`./spymaster raw drop FILE\` has taken the one or the other out of use.`,
    );
  noteSkipped(skipped);
  for (const outcome of outcomes)
    if (outcome.status === 'refused')
      note(visible(`refused ${outcome.path}: ${outcome.error.message.replace(`${outcome.path}: `, '')}`));
}

function noteSkipped(skipped: readonly Skipped[]): void {
  if (skipped.length === 0) return;
  const named = skipped
    .slice(0, MAX_SHOWN)
    .map(({ path, why }) => `${path} (${why === 'lake' ? 'a lake' : why})`);
  if (skipped.length > MAX_SHOWN) named.push(`${skipped.length - MAX_SHOWN} more`);
  note(visible(`skipped ${named.join(', ')}`));
}

const instrumentsOf = ({ coverage }: RawFile): number =>
  Math.max(0, ...coverage.days.map((day) => day.instruments));

/** First and last time any instrument is covered, ns UTC; those asked for where none is. */
function spanOf({ coverage, start, end }: RawFile): { first: bigint; last: bigint | null } {
  const days = coverage.instruments.flatMap((instrument) => instrument.days);
  if (days.length === 0) return { first: start, last: end };
  return {
    first: days.reduce((least, day) => (day.firstTs < least ? day.firstTs : least), days[0].firstTs),
    last: days.reduce((most, day) => (day.lastTs > most ? day.lastTs : most), days[0].lastTs),
  };
}

function asJson(outcome: Outcome) {
  const { path, status } = outcome;
  if (outcome.status !== 'refused')
    return { path, status, data: dataKind([outcome.file.dataset]), ...outcome.file };
  const { error } = outcome;
  const known =
    error instanceof SpymasterError ? { code: error.code, ...error.details } : { code: 'Unexpected' };
  return { path, status, error: { ...known, message: error.message } };
}

function exitCodeOf(outcomes: readonly Outcome[]): number {
  const refused = outcomes.filter(({ status }) => status === 'refused').length;
  if (refused === 0) return EXIT.ok;
  return refused === outcomes.length ? EXIT.failed : EXIT.partial;
}
