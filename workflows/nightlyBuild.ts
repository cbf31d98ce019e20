/** Builds the trade date that has just ended; started by the schedule `nightly-build`. */
import {
  ApplicationFailure,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BuildResult } from '../activities/planning/builds';
import type { NightlyInput } from '../activities/planning/requests';
import { label } from '../graph/datasets/units';
import { layersIn, unpackItem, type Item } from '../graph/planning/items';
import { control } from './activities';
import { PRIORITY, buildOrJoin, type BuildEnd } from './buildOrJoin';
import { reachLake } from './reception';
import { scheduledTime } from './scheduled';
import { byOutcome, bySymbol } from './searchAttributes';

export interface NightlyResult {
  /** `skipped`: the market was closed. `no_data`: no raw file covers the date. `current`: nothing was to be done. */
  outcome: 'built' | 'current' | 'skipped' | 'no_data';
  tradeDate: string;
  reason?: string;
  builds: BuildResult[];
}

/**
 * The trade date is that of the scheduled time, never of now: a run that catches up builds its own date. A contract-date
 * that a backfill is just building is joined. What is known before a session begins is built for the next one too.
 * @throws ApplicationFailure naming the builds that failed
 */
export async function nightlyBuild(input: NightlyInput): Promise<NightlyResult> {
  await reachLake<typeof nightlyBuild>(input, () => [input]);
  const { request, tradeDate, closed } = await control.planNightly(input, scheduledTime());
  if (closed) return conclude({ outcome: 'skipped', tradeDate, reason: closed, builds: [] });

  const { symbol, layers } = request;
  upsertSearchAttributes(bySymbol(symbol));
  const range = { symbol, start: tradeDate, end: tradeDate, layers, reprocess: 'stale' as const };
  const { items, withoutData, missing } = await control.plan(range);
  if (withoutData.length > 0) {
    const reason = missing?.[0] ?? `no raw file covers ${tradeDate}`;
    return conclude({ outcome: 'no_data', tradeDate, reason, builds: [] });
  }

  const begun: Promise<BuildEnd>[] = [];
  // In the order of the plan, in which a build comes after those it reads from.
  for (const item of items.map(unpackItem)) {
    const read = begun.filter((_, place) =>
      item.after.some(([first, last]) => place >= first && place <= last),
    );
    begun.push(Promise.all(read).then(() => build(item)));
  }
  const ends = await Promise.all(begun);
  const failures = ends.flatMap((end) => ('failure' in end ? [end.failure] : []));
  if (failures.length > 0)
    throw ApplicationFailure.nonRetryable(
      failures.map(({ message }) => message).join('; '),
      failures[0].type,
    );
  const builds = ends.flatMap(({ result }) => (result ? [result] : []));
  return conclude({ outcome: builds.length > 0 ? 'built' : 'current', tradeDate, builds });
}

async function build(item: Item): Promise<BuildEnd> {
  const { scope } = item;
  try {
    return await buildOrJoin({ scope, layers: layersIn(item, 'waiting') }, PRIORITY.nightly);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const message = `${label(scope)}: ${error instanceof Error ? error.message : String(error)}`;
    return { failure: { type: 'Error', message } };
  }
}

function conclude(result: NightlyResult): NightlyResult {
  upsertSearchAttributes(byOutcome(result.outcome));
  setCurrentDetails(`**${result.tradeDate}**: ${result.outcome}${result.reason ? `, ${result.reason}` : ''}`);
  return result;
}
