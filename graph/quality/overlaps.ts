/** Raw files of a contract-date that overlap: what is in several of them counts once, and that it was so is told. */
import type { CheckResult } from './checks';

/** Files that were read together. */
export interface MergedFiles {
  /** What they were called where they came from. */
  readonly files: readonly string[];
  /** Records that were left out because another of the files has them too. */
  readonly duplicates: number;
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
