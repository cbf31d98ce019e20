/** Raw files of a contract-date beside each other: what is in several of them counts once, and that it was so is told; simulated ones stay apart. */
import { isSimulated } from '../sim/dataset';
import type { CheckResult } from './checks';

/** Files that were read together. */
export interface MergedFiles {
  /** What they were called where they came from. */
  readonly files: readonly string[];
  /** Records that were left out because another of the files has them too. */
  readonly duplicates: number;
}

/** Blocks a build from both: what came out would be no market's. None where the files are of one kind. */
export function mixedDataChecks(files: readonly { name: string; dataset: string }[]): CheckResult[] {
  const simulated = files.filter(({ dataset }) => isSimulated(dataset)).map(({ name }) => name);
  const real = files.filter(({ dataset }) => !isSimulated(dataset)).map(({ name }) => name);
  if (simulated.length === 0 || real.length === 0) return [];
  const message =
    `simulated data (${named(simulated)}) beside real (${named(real)}) of one date: ` +
    '`./spymaster raw drop FILE` takes the one or the other out of use';
  return [
    { check: 'mixed_data', severity: 'blocking', passed: false, value: simulated.length, limit: 0, message },
  ];
}

/** Files named at most. */
const MAX_NAMES = 3;

function named(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return names.slice(0, MAX_NAMES).join(', ') + more;
}

/** A warning that names the files; none where no record is in several. */
export function overlapChecks(merged: readonly MergedFiles[]): CheckResult[] {
  const sharing = merged.filter(({ duplicates }) => duplicates > 0);
  if (sharing.length === 0) return [];
  const value = sharing.reduce((sum, { duplicates }) => sum + duplicates, 0);
  const message = sharing
    .map(
      ({ files, duplicates }) =>
        `${files.join(' and ')} overlap: ${duplicates} records are in several and count once`,
    )
    .join('; ');
  return [{ check: 'overlapping_files', severity: 'warning', passed: false, value, limit: 0, message }];
}
