/**
 * Where a partition's rows came from. Every commit carries it twice: in its commitInfo, for the table's history, and
 * as a tag on each file it adds, so that the current state of every partition is known without reading that history.
 */
import { z } from 'zod';
import type { AddFile } from './actions';

const lineageSchema = z.object({
  /** What was read: `dataset@digest`, e.g. `raw.dbn@04597c54...`. */
  inputs: z.array(z.string()),
  /** Version of the code that computed the rows. */
  codeVersion: z.string(),
  /** Digest over inputs, code and settings: equal digests mean equal rows. */
  digest: z.string(),
  runId: z.string(),
  workflowId: z.string(),
});

export type Lineage = z.infer<typeof lineageSchema>;

const TAG = 'spymaster.lineage';
/** The contract version whose columns a file holds; files of older versions lack the newer ones. */
const CONTRACT_TAG = 'spymaster.contract';

/**
 * Tags of a new file.
 * @param contractVersion `undefined` if the file's columns are not exactly those of one version
 */
export function fileTags(lineage?: Lineage, contractVersion?: number): Record<string, string> {
  return {
    ...(lineage && { [TAG]: JSON.stringify(lineage) }),
    ...(contractVersion !== undefined && { [CONTRACT_TAG]: String(contractVersion) }),
  };
}

/** A file's lineage; `undefined` if another engine wrote it. */
export function lineageOf(file: AddFile): Lineage | undefined {
  const text = file.tags?.[TAG];
  return text === undefined ? undefined : lineageSchema.parse(JSON.parse(text));
}

export const contractVersionOf = (file: AddFile): string | undefined => file.tags?.[CONTRACT_TAG];
