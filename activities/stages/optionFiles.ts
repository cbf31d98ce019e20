/** The smaller Bronze tables of a contract-date, from its raw files. */
import type { MergedFiles } from '../../graph/quality/overlaps';
import type { RawInput, RawInputs } from './inputs';
import { OPTION_KINDS, type Named, type OptionKind, type OptionRecords } from './optionRecords';
import { readRecords } from './rawRuns';

const INPUT_OF = { definition: 'definitions', trades: 'trades', statistics: 'statistics' } as const;

/**
 * Reads definitions first: they say which trades and statistics belong to the product.
 * @returns files that overlap
 */
export async function readOptionFiles(
  records: OptionRecords,
  inputs: RawInputs,
  signal: AbortSignal,
): Promise<MergedFiles[]> {
  const merged: MergedFiles[] = [];
  for (const kind of OPTION_KINDS)
    for (const run of inputs[INPUT_OF[kind]]) merged.push(...(await readRun(records, kind, run, signal)));
  return merged;
}

async function readRun(
  records: OptionRecords,
  kind: OptionKind,
  run: readonly RawInput[],
  signal: AbortSignal,
): Promise<MergedFiles[]> {
  const named: Named = (id) => run.some((file) => file.named.has(id));
  records.beginRun();
  records.facts.fileRecords += run.reduce((sum, { byType }) => sum + (byType[kind] ?? 0), 0);
  const left = await readRecords(run, kind, (view, place) => void records.take(view, place, named), signal);
  records.facts.duplicates += left?.duplicates ?? 0;
  return left ? [left] : [];
}
