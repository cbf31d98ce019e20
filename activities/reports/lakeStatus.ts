/** What a lake holds, and which of its partitions need something done. */
import type { BuildStatus } from '../../graph/catalog/partitionsTable';
import { knownLakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { partitionGrid, type PartitionRow } from '../planning/partitionGrid';
import type { StageSettings } from '../stages/stages';

/** First and last trade date; null where there is none. */
type Span = { first: string; last: string } | null;

/** States of a partition in which somebody may want to do something; `building` without a build under way was cut short. */
export const TROUBLES = ['failed', 'blocked', 'building', 'stale', 'warned'] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface LakeStatus {
  path: string;
  /** Null of a lake that has none yet: nothing was ever started on it. */
  id: string | null;
  bytes: number;
  raw: { files: number; dates: Span };
  /** Contract-dates whose Gold is published. */
  sessions: { built: number; dates: Span };
  /** `at`: when it ended, ISO UTC. */
  lastBuild: { partition: string; layer: string; status: BuildStatus; at: string } | null;
  partitions: Record<Trouble, PartitionRow[]>;
}

export async function lakeStatus(lake: Lake, settings: StageSettings): Promise<LakeStatus> {
  const rows = await partitionGrid(settings);
  const files = await lake.store.list('');
  const catalog = await lake.raw.catalog();
  const gold = rows.filter(({ layer, status }) => layer === 'gold' && status === 'published');
  const last = rows.reduce<PartitionRow | null>((a, b) => (a && a.at >= b.at ? a : b), null);
  return {
    path: lake.store.location,
    id: (await knownLakeId(lake.store)) ?? null,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    raw: { files: catalog.files.length, dates: spanOf(catalog.tradeDates()) },
    sessions: { built: gold.length, dates: spanOf(gold.flatMap(({ tradeDate }) => tradeDate ?? [])) },
    lastBuild: last && { partition: last.key, layer: last.layer, status: last.status, at: last.at },
    partitions: Object.fromEntries(
      TROUBLES.map((trouble) => [trouble, rows.filter((row) => isIn(row, trouble))]),
    ) as LakeStatus['partitions'],
  };
}

function isIn({ status, because, warnings }: PartitionRow, trouble: Trouble): boolean {
  if (trouble === 'stale') return because.length > 0;
  return trouble === 'warned' ? warnings.length > 0 : status === trouble;
}

function spanOf(dates: readonly string[]): Span {
  const inOrder = [...dates].sort();
  return inOrder.length === 0 ? null : { first: inOrder[0], last: inOrder[inOrder.length - 1] };
}
