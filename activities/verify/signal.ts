/**
 * A test of leakage: over simulated days whose order flow is independent of outcomes, vectors must add nothing to what volatility,
 * distance and time of day say of them; over days whose flow depends on them, they must. The first shows that nothing of the future
 * enters the vectors, the second that the test is able to find a signal.
 */
import { setImmediate } from 'node:timers/promises';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { baselineFeatures } from '../../graph/models/baselineFeatures';
import { volatilityOf, type Measured } from '../../graph/models/training/baselineRows';
import { sessionOf } from '../../graph/market/calendar';
import { NS_PER_MINUTE } from '../../graph/market/time';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { simulatedSessions, type SimulatedSession } from '../../graph/stream/simulatedSessions';
import { productsOf, settingsFor, type FeatureSettings } from '../../graph/settings';
import { walkForwardSkill, type Observation, type Skill } from '../../graph/models/skill';
import type { StageContext } from '../stages/stage';

interface SignalRequest {
  /** Share of approaches whose order flow depends on their outcome: none or all. */
  strength: 0 | 1;
  /** Simulated trade dates. */
  days: number;
  seed: number;
}

export interface SignalVerdict extends SignalRequest, Skill {
  /** Whether the vectors say more than the baseline: the interval of their skill lies above 0. */
  found: boolean;
  /** Whether that is what the strength calls for. */
  agrees: boolean;
}

const OUTCOMES = ['BREAK', 'REJECT', 'CHOP'];
const SYMBOL = 'ES';
/** The day after a roll: a quarter follows without another. */
const FIRST_DATE = '2024-03-12';
/** Records a session: enough for every approach to show in the order flow. */
const EVENTS = 60_000;
/** Fewest days that can be judged. */
const LEAST_DAYS = 12;

/** @throws SpymasterError BadArgument for too few days; Cancelled */
export async function verifySignal(
  settings: FeatureSettings,
  { strength, days, seed }: SignalRequest,
  { progress, signal }: StageContext,
): Promise<SignalVerdict> {
  if (days < LEAST_DAYS)
    throw new SpymasterError('BadArgument', `${days} days are too few to judge by`, {
      field: 'days',
      expected: `at least ${LEAST_DAYS}`,
    });
  const request = { symbol: SYMBOL, from: FIRST_DATE, days, events: EVENTS, strength, seed, options: false };
  const product = productsOf(settings).productOf(SYMBOL);
  const { bars, episodes } = settingsFor(settings, product);
  const measured: Measured = {
    barSeconds: bars.seconds,
    barrierTicks: episodes.barrierTicks,
    horizonMinutes: episodes.primaryHorizonMinutes,
  };
  const observations: Observation[] = [];
  let done = 0;
  for (const session of simulatedSessions(request, settings, DATASET_GRAPH)) {
    const { rthClose } = sessionOf(session.tradeDate, product);
    observations.push(...observationsOf(session, rthClose, measured));
    progress({ phase: `simulating days of strength ${strength}`, done: ++done, total: days });
    await setImmediate();
    if (signal.aborted) throw new SpymasterError('Cancelled', 'The verification was interrupted');
  }
  const skill = walkForwardSkill(observations, { classes: OUTCOMES.length, seed });
  const found = skill.interval.low > 0;
  return { strength, days, seed, ...skill, found, agrees: found === strength > 0 };
}

/**
 * One observation an episode whose outcome is known. The baseline knows what an honest past tells without any signal: how lively the
 * market is, which is most of CHOP, and how far beyond the level the touch was, for from there the barriers are not equally far.
 * @param close of the session, ns since 1970
 */
function observationsOf(
  { tradeDate, tables }: SimulatedSession,
  close: bigint,
  measured: Measured,
): Observation[] {
  const episodes = columnsOf(tables, goldEpisodes);
  const outcomes = columnsOf(tables, goldOutcomes);
  const vectors = columnsOf(tables, goldVectors);
  const labels = new Map<string, number>();
  (outcomes.episode_id as string[]).forEach((id, i) => {
    const label = OUTCOMES.indexOf((outcomes.outcome as string[])[i]);
    if (outcomes.is_primary[i] === 1 && label >= 0) labels.set(id, label);
  });
  const rows = new Map((episodes.episode_id as string[]).map((id, i) => [id, i]));
  const touchAt = episodes.touch_ts as BigInt64Array;
  return (vectors.episode_id as string[]).flatMap((id, i) => {
    const label = labels.get(id);
    if (label === undefined) return [];
    const features = (vectors.raw as Float32Array[])[i];
    const row = rows.get(id)!;
    const known = {
      volatility: volatilityOf(features, measured.barSeconds),
      distance: episodes.touch_distance[row] as number,
      minutesSinceOpen: episodes.minutes_since_open[row] as number,
      minutesToClose: Number(close - touchAt[row]) / NS_PER_MINUTE,
    };
    // Price did not move, or it is not known how much: as for the models.
    const baseline = baselineFeatures(known, measured).map((value) => (Number.isFinite(value) ? value : NaN));
    return [{ day: tradeDate, label, baseline, features }];
  });
}

const columnsOf = (tables: readonly TableBatch[], { name }: TableContract) =>
  tables.find(({ contract }) => contract.name === name)!.columns;
