/** The real-time dashboard: what it asks, and how each answer is drawn. Queries are of the range of time that is chosen on the page. */
import { CLASSES } from '../../graph/models/scores';
import { LATEST, MESSAGES } from './database';

interface Tile {
  readonly page: 'Now' | 'Outcomes' | 'Health';
  readonly title: string;
  readonly visual: 'table' | 'column' | 'line' | 'timechart' | 'scatter';
  /** Cells of a grid 24 wide. */
  readonly width: number;
  readonly height: number;
  readonly query: string;
}

const DURING = 'between (_startTime .. _endTime)';
const VERSIONS = MESSAGES.flatMap(({ version }) => (version === undefined ? [] : [`'${version}'`]));
const lower = (outcome: string) => outcome.toLowerCase();

/** A value of the outcome in the column `outcome`, from a column for each. */
const ofOutcome = (outcome: string, prefix: string) =>
  `case(${CLASSES.slice(0, -1)
    .map((one) => `${outcome} == '${one}', ${prefix}_${lower(one)}`)
    .join(', ')}, ${prefix}_${lower(CLASSES.at(-1)!)})`;

/** Touches that have been forecast, and how each ended. */
const ENDED = `${LATEST}
| where trigger == 'touch' and episode_at ${DURING} and isnotnull(model_probabilities_break)
| join kind=inner (external_table('GoldOutcomes') | where is_primary | project episode_id, outcome) on episode_id`;

const percentiles = (name: string) =>
  `${name}_p50 = percentile(${name}, 50), ${name}_p99 = percentile(${name}, 99)`;
const milliseconds = (later: string, earlier: string) => `(${later} - ${earlier}) / 1ms`;

export const TILES: readonly Tile[] = [
  {
    page: 'Now',
    title: 'What was said last',
    visual: 'table',
    width: 24,
    height: 9,
    query: `${LATEST}
| where episode_at ${DURING}
| top 50 by episode_at desc
| project episode_at, episode_contract, trigger, episode_level, episode_direction, episode_price,
    model_basis, ${CLASSES.map((one) => `model_${lower(one)} = round(model_probabilities_${lower(one)}, 3)`).join(', ')}, model_edge_words,
    precedents_status, precedents_n, precedents_effective_n = round(precedents_effective_n, 1),
    ${CLASSES.map((one) => `base_${lower(one)} = round(precedents_base_outcomes_${lower(one)}_share, 3)`).join(', ')}`,
  },
  {
    page: 'Now',
    title: 'Touches and approaches by level',
    visual: 'column',
    width: 12,
    height: 7,
    query: `${LATEST}
| where episode_at ${DURING}
| summarize touches = countif(trigger == 'touch'), approaches = countif(trigger == 'approach') by episode_level_kind
| order by touches desc`,
  },
  {
    page: 'Now',
    title: 'Answers without a part, and why',
    visual: 'table',
    width: 12,
    height: 7,
    query: `${LATEST}
| where episode_at ${DURING}
| extend reasons = bag_pack('model', model_missing, 'precedents', precedents_missing)
| mv-expand part = bag_keys(reasons) to typeof(string)
| extend reason = tostring(reasons[part])
| where isnotempty(reason)
| summarize answers = count(), latest = max(episode_at) by part, reason
| order by answers desc`,
  },
  {
    page: 'Outcomes',
    title: 'Outcomes by level, with n and sessions',
    visual: 'table',
    width: 12,
    height: 8,
    query: `external_table('GoldOutcomes')
| where is_primary and trade_date between (startofday(_startTime) .. _endTime)
| join kind=inner (external_table('GoldEpisodes') | project episode_id, level_kind) on episode_id
| summarize n = count(), sessions = dcount(trade_date), ${CLASSES.map((one) => `${lower(one)}_n = countif(outcome == '${one}')`).join(', ')} by level_kind
| extend ${CLASSES.map((one) => `${lower(one)} = round(1.0 * ${lower(one)}_n / n, 3)`).join(', ')}
| project level_kind, n, sessions, ${CLASSES.map(lower).join(', ')}
| order by n desc`,
  },
  {
    page: 'Outcomes',
    title: 'Outcomes by session',
    visual: 'column',
    width: 12,
    height: 8,
    query: `external_table('GoldOutcomes')
| where is_primary and trade_date between (startofday(_startTime) .. _endTime)
| summarize episodes = count() by trade_date, outcome
| order by trade_date asc`,
  },
  {
    page: 'Outcomes',
    title: 'Calibration so far: forecast and observed, with n and sessions',
    visual: 'scatter',
    width: 12,
    height: 8,
    query: `${ENDED}
| mv-expand forecast_of = dynamic(${JSON.stringify(CLASSES)}) to typeof(string)
| extend forecast = ${ofOutcome('forecast_of', 'model_probabilities')}
| summarize forecast = avg(forecast), observed = 1.0 * countif(outcome == forecast_of) / count(), n = count(), sessions = dcount(episode_trade_date) by forecast_of, bin = bin(forecast, 0.1)
| order by forecast_of asc, bin asc`,
  },
  {
    page: 'Outcomes',
    title: 'Log loss by session: forecast and base rate, with n',
    visual: 'line',
    width: 12,
    height: 8,
    query: `${ENDED}
| extend forecast = ${ofOutcome('outcome', 'model_probabilities')}, base = ${CLASSES.slice(0, -1).reduceRight(
      (rest, one) => `iff(outcome == '${one}', model_base_rate_shares_${lower(one)}_share, ${rest})`,
      `model_base_rate_shares_${lower(CLASSES.at(-1)!)}_share`,
    )}
| summarize n = count(), log_loss = avg(-log(max_of(forecast, 1e-6))), base_rate_log_loss = avg(-log(max_of(base, 1e-6))) by episode_trade_date
| order by episode_trade_date asc`,
  },
  {
    page: 'Health',
    title: 'From receiving a trigger to its answer, ms',
    visual: 'timechart',
    width: 12,
    height: 7,
    query: `InferenceResults
| where latency_answered ${DURING} and isnotnull(latency_received)
| extend answering = ${milliseconds('latency_answered', 'latency_received')}
| summarize ${percentiles('answering')}, n = count() by bin(latency_answered, 1m)`,
  },
  {
    page: 'Health',
    title: 'From capture at the exchange to the answer, ms',
    visual: 'timechart',
    width: 12,
    height: 7,
    query: `InferenceResults
| where latency_answered ${DURING}
| extend way = ${milliseconds('latency_answered', 'latency_captured')}
| summarize ${percentiles('way')}, n = count() by bin(latency_answered, 1m)`,
  },
  {
    page: 'Health',
    title: 'Lag: from the answer until it was here, s',
    visual: 'timechart',
    width: 12,
    height: 7,
    query: `InferenceResults
| where latency_answered ${DURING}
| extend lag = (ingestion_time() - latency_answered) / 1s
| summarize ${percentiles('lag')}, longest = max(lag) by bin(latency_answered, 1m)`,
  },
  {
    page: 'Health',
    title: 'Messages a minute',
    visual: 'timechart',
    width: 12,
    height: 7,
    query: `union withsource = source_table InferenceResults, Features
| where episode_at ${DURING}
| summarize messages = count() by bin(episode_at, 1m), source_table`,
  },
  {
    page: 'Health',
    title: 'What came and is in no table: of another version',
    visual: 'table',
    width: 24,
    height: 5,
    query: `union withsource = source_table InferenceResultsRaw, FeaturesRaw
| where ingestion_time() ${DURING}
| summarize messages = count(), latest = max(ingestion_time()) by source_table, version = tostring(message['schema'])
| where version !in (${VERSIONS.join(', ')})`,
  },
];

/** Parameters that a page gives its queries. */
export const PARAMETERS = 'declare query_parameters(_startTime: datetime, _endTime: datetime);\n';
