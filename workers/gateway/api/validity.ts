/** Tells by the versions of tables, without reading any, whether an answer is still what it was. */
import { createHash, randomUUID } from 'node:crypto';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import type { TableContract } from '../../../graph/datasets/schema';
import { readChosenLevels } from '../../../lake/chosenLevels';
import type { Lake } from '../../../lake/lake';

/** Settings and code may be others after a restart. */
const PROCESS = randomUUID();

/** @param asked all that makes one question another: address and form */
export async function entityTag(
  lake: Lake,
  reads: readonly TableContract[],
  asked: readonly string[],
): Promise<string> {
  const versions = await Promise.all(
    reads.map(async (table) => (await lake.table(table).snapshot()).version),
  );
  // What is built is stale by the raw files there are, and the levels that are chosen.
  const current = reads.includes(opsPartitions);
  const files = current ? (await lake.raw.list()).map(({ digest }) => digest) : [];
  const levels = current ? (await readChosenLevels(lake.store))?.version : 0;
  const digest = createHash('sha256').update(JSON.stringify([PROCESS, versions, files, levels, asked]));
  return `W/"${digest.digest('base64url').slice(0, 22)}"`;
}

/** Whether one of the tags that a client holds is this one (RFC 9110, 13.1.2). */
export const isHeld = (tag: string, ifNoneMatch: string | undefined): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((held) => held.trim().replace(/^W\//, '') === tag.replace(/^W\//, ''));
