/** How answers that were given live turned out: those kept in `gold.inference_results`, beside the outcomes of their touches. */
import type { z } from 'zod';
import type { answersAnswer, answersQuery, SOURCES } from '../../graph/api/answers';
import { reliabilityOf } from '../../graph/models/reliability';
import { CLASSES, logLosses, type OutcomeClass } from '../../graph/models/scores';
import { clusteredMean } from '../../graph/statistics/clusteredMean';
import type { Lake } from '../../lake/lake';
import { requireKnown } from './outcomes';

type Judged = z.infer<typeof answersAnswer>;
type Source = (typeof SOURCES)[number];
type Shares = readonly [number, number, number];

/** What one of them said of a touch or an approach. */
export interface Said {
  /** Trade date: answers of one are a cluster. */
  readonly day: string;
  /** Null where it is not known. */
  readonly outcome: OutcomeClass | null;
  /** Of BREAK, REJECT and CHOP; null where nothing was said. */
  readonly shares: Shares | null;
  /** Why nothing was said. */
  readonly silent: string | null;
  /** Base rates that stood beside. */
  readonly base: Shares | null;
  readonly version: string | null;
}

/** Answers taken together in a bin, at least; below, an interval says nothing. */
const LEAST_IN_BIN = 30;
const MOST_BINS = 10;

const COLUMNS = ['model', 'precedents', 'base'].flatMap((of) =>
  CLASSES.map((outcome) => `${of}_${outcome.toLowerCase()}`),
);

/** What is answered has no row of its own in `gold.episodes` until its date is built. */
const EPISODES = `(
  SELECT level_kind, level_id, time_of_day FROM gold.episodes
  UNION ALL SELECT level_kind, level_id, time_of_day FROM gold.inference_results)`;

/** @throws SpymasterError BadArgument for a level or time of day that neither an episode nor an answer has */
export async function answersJudged(lake: Lake, asked: z.output<typeof answersQuery>): Promise<Judged> {
  const { trigger } = asked;
  await requireKnown(lake, asked, EPISODES);
  const conditions: Partial<Record<keyof typeof asked, string>> = {
    contract: 'r.contract = $contract',
    start: 'r.trade_date >= $start::DATE',
    end: 'r.trade_date <= $end::DATE',
    level: '$level IN (r.level_kind, r.level_id)',
    direction: 'r.direction = $direction',
    timeOfDay: 'r.time_of_day = $timeOfDay',
    trigger: 'r.trigger = $trigger',
  };
  const named = Object.entries(asked).filter(([, value]) => value !== undefined);
  const rows = await lake.query(
    `SELECT r.trade_date::VARCHAR AS day, o.outcome, model_basis, model_version, model_missing, precedents_status,
       precedents_missing, ${COLUMNS.join(', ')}
     FROM gold.inference_results r LEFT JOIN gold.outcomes o
       ON o.contract = r.contract AND o.trade_date = r.trade_date AND o.episode_id = r.episode_id AND o.is_primary
     WHERE ${named.map(([name]) => conditions[name as keyof typeof asked]).join(' AND ')}
     ORDER BY r.trade_date, r.ts, r.result_id`,
    { values: Object.fromEntries(named) },
  );
  const said: Record<Source, Said[]> = { model: [], 'base rate': [], precedents: [] };
  for (const row of rows) {
    const sharesOf = (of: string): Shares | null => {
      const shares = CLASSES.map((outcome) => row[`${of}_${outcome.toLowerCase()}`] as number | null);
      return shares.includes(null) ? null : (shares as unknown as Shares);
    };
    const of = {
      day: row.day as string,
      outcome: row.outcome as OutcomeClass | null,
      base: sharesOf('base'),
    };
    said[row.model_basis === 'base rate' ? 'base rate' : 'model'].push({
      ...of,
      shares: sharesOf('model'),
      silent: row.model_missing as string | null,
      version: row.model_version as string | null,
    });
    const silent = row.precedents_missing as string | null;
    said.precedents.push({
      ...of,
      shares: sharesOf('precedents'),
      silent: row.precedents_status === 'insufficient_evidence' ? `not enough evidence: ${silent}` : silent,
      version: null,
    });
  }
  return {
    trigger,
    sessions: new Set(rows.map(({ day }) => day)).size,
    shown: rows.length,
    undecided: rows.filter(({ outcome }) => outcome === null).length,
    sources: (Object.keys(said) as Source[])
      .filter((source) => said[source].length > 0)
      .map((source) => ({ source, ...judged(said[source]) })),
  };
}

/** How what one source said turned out. */
export function judged(said: readonly Said[]): Omit<Judged['sources'][number], 'source'> {
  const answered = said.filter(({ shares }) => shares !== null);
  const known = answered.filter(({ outcome }) => outcome !== null);
  const forecasts = forecastsOf(known, ({ shares }) => shares!);
  const beside = known.filter(({ base }) => base !== null);
  return {
    versions: [...new Set(answered.flatMap(({ version }) => version ?? []))].sort(),
    answered: answered.length,
    judged: known.length,
    sessions: new Set(forecasts.days).size,
    silent: countedReasons(
      said.flatMap(({ shares, silent }) => (shares === null ? (silent ?? 'not said why') : [])),
    ),
    gain: beside.length > 0 ? gainOf(beside) : null,
    reliability: reliabilityOf(
      forecasts,
      Math.max(1, Math.min(MOST_BINS, Math.floor(known.length / LEAST_IN_BIN))),
    ),
  };
}

const forecastsOf = (known: readonly Said[], sharesOf: (one: Said) => Shares) => ({
  days: known.map(({ day }) => day),
  labels: Uint8Array.from(known, ({ outcome }) => CLASSES.indexOf(outcome!)),
  shares: Float64Array.from(known.flatMap(sharesOf)),
});

function gainOf(beside: readonly Said[]): Judged['sources'][number]['gain'] {
  const [losses, ofBase] = [({ shares }: Said) => shares!, ({ base }: Said) => base!].map((sharesOf) =>
    logLosses(forecastsOf(beside, sharesOf)),
  );
  const { n, mean, interval } = clusteredMean(
    beside.map(({ day }, i) => ({ cluster: day, value: ofBase[i] - losses[i] })),
  );
  const { low, high } = interval;
  const told = Number.isFinite(low);
  return { n, nats: mean, low: told ? low : null, high: told ? high : null };
}

function countedReasons(reasons: readonly string[]): { why: string; n: number }[] {
  const counts = new Map<string, number>();
  for (const why of reasons) counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts].map(([why, n]) => ({ why, n })).sort((a, b) => b.n - a.n || (a.why < b.why ? -1 : 1));
}
