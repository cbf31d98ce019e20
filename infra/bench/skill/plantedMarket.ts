/**
 * Sessions of a simulated market, with the state that was planted in each approach. Simulating costs seconds a session, so what came of
 * it is kept in `.spymaster/bench`, named by everything it depends on: the request, the settings, and the code of the rooms of `graph/`
 * that compute Gold.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { isoTime } from '../../../graph/dbn';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { canonical } from '../../../graph/catalog/provenance';
import type { TableBatch, TableContract } from '../../../graph/datasets/schema';
import { goldEpisodes, goldOutcomes } from '../../../graph/episodes/episodeTables';
import { sessionOf } from '../../../graph/market/calendar';
import { CLASSES } from '../../../graph/models/scores';
import type { Measured } from '../../../graph/models/training/baselineRows';
import { examplesOf, type Example, type Examples } from '../../../graph/models/training/example';
import { GOLD_READ, goldExamples } from '../../../graph/models/training/goldExamples';
import type { PastEpisode } from '../../../graph/precedents/episodes';
import { measuringOf, OUTCOMES_READ, pastEpisodes } from '../../../graph/precedents/pastEpisodes';
import { DEFAULT_SETTINGS, productsOf, settingsFor } from '../../../graph/settings';
import type { TruthRow } from '../../../graph/sim/simulation';
import { simulatedSessions } from '../../../graph/stream/simulatedSessions';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { PROJECT_ROOT } from '../../root';

export interface MarketRequest {
  strength: number;
  /** Sessions. */
  days: number;
  /** MBO rows a session. */
  events: number;
  seed: number;
}

/**
 * Episodes whose outcome is known, in three shapes. One in fifty is left out: a moving average that lies at the edge of a band touches a
 * trade earlier or later in Gold than in the simulation, and then nothing was planted in it.
 */
export interface PlantedMarket {
  /** As models are trained on them. */
  readonly examples: Examples;
  readonly measured: Measured;
  /** As precedents, in the order of `examples`. */
  readonly past: readonly PastEpisode[];
  /** What was planted in each approach, place in `CLASSES`: which outcome its order flow showed. */
  readonly shown: Uint8Array;
  /** Whether the order flow showed it to the end, 1 or 0: it shows one approach at a time, the one begun last. */
  readonly toTheEnd: Uint8Array;
}

const SYMBOL = 'ES';
const FROM = '2022-01-03';
/** What reads Gold, and is not read by what computes it: changing it leaves Gold as it is. */
const READERS = ['models', 'precedents', 'scoring', 'study', 'quality', 'planning', 'catalog'];

/** Gold of one session as it is kept. */
interface KeptSession {
  contract: string;
  tradeDate: string;
  tables: Record<string, Pick<TableBatch, 'rowCount' | 'columns'>>;
  truth: readonly TruthRow[];
}

const READ: readonly (readonly [TableContract, readonly string[]])[] = [
  [goldEpisodes, GOLD_READ.episodes],
  [goldOutcomes, [...new Set([...GOLD_READ.outcomes, ...OUTCOMES_READ])]],
  [goldVectors, GOLD_READ.vectors],
];

/** @param told of each session that is simulated, and not where all were kept */
export function plantedMarket(
  request: MarketRequest,
  told: (done: number, total: number) => void = () => {},
): PlantedMarket {
  const product = productsOf(DEFAULT_SETTINGS).productOf(SYMBOL);
  const settings = settingsFor(DEFAULT_SETTINGS, product);
  const { barrierTicks, primaryHorizonMinutes: horizonMinutes } = settings.episodes;
  const measured = { barSeconds: settings.bars.seconds, barrierTicks, horizonMinutes };
  const sessions = kept(request, () => [...simulated(request, told)]);
  const gold = sessions.map(({ contract, tradeDate, tables }) => {
    const of = (table: TableContract) => [{ contract: table, ...tables[table.name] }];
    return {
      contract,
      tradeDate,
      episodes: of(goldEpisodes),
      outcomes: of(goldOutcomes),
      vectors: of(goldVectors),
    };
  });
  const planted = new Map(sessions.flatMap(({ truth }) => truth).map((row) => [nameOf(row), row]));
  const truthOf = ({ level, direction, touchAt }: Example) =>
    planted.get(nameOf({ level, direction, time: isoTime(touchAt)! }));
  const all = gold.flatMap((rows) => goldExamples(rows, sessionOf(rows.tradeDate, product), settings));
  const truths = new Map(all.map((example) => [example.episodeId, truthOf(example)]));
  const examples = examplesOf(all.filter(({ episodeId }) => truths.get(episodeId) !== undefined));
  const known = new Map(
    gold
      .flatMap((rows) => pastEpisodes(rows, measuringOf(settings, product)))
      .map((episode) => [episode.id, episode]),
  );
  return {
    examples,
    measured,
    past: examples.episodeId.map((id) => known.get(id)!),
    shown: Uint8Array.from(examples.episodeId, (id) => CLASSES.indexOf(truths.get(id)!.shown)),
    toTheEnd: Uint8Array.from(examples.episodeId, (id) => {
      const { approach, signal_of: last } = truths.get(id)!;
      return Number(approach === last);
    }),
  };
}

/** The same of a touch in the truth and of one in Gold, to the nanosecond. */
const nameOf = ({ level, direction, time }: { level: string; direction: string; time: string }) =>
  `${level} ${direction} ${time}`;

function* simulated(
  { strength, days, events, seed }: MarketRequest,
  told: (done: number, total: number) => void,
): Generator<KeptSession> {
  let done = 0;
  const request = { symbol: SYMBOL, from: FROM, days, events, strength, seed, options: false };
  for (const { contract, tradeDate, tables, truth } of simulatedSessions(
    request,
    DEFAULT_SETTINGS,
    DATASET_GRAPH,
  )) {
    yield {
      contract,
      tradeDate,
      truth,
      tables: Object.fromEntries(
        READ.map(([{ name }, wanted]) => {
          const { rowCount, columns } = tables.find((table) => table.contract.name === name)!;
          const of = wanted.map((column) => [column, columns[column].slice(0, rowCount)]);
          return [name, { rowCount, columns: Object.fromEntries(of) as TableBatch['columns'] }];
        }),
      ),
    };
    told(++done, days);
  }
}

function kept(request: MarketRequest, simulate: () => KeptSession[]): KeptSession[] {
  const file = fileOf(request);
  if (existsSync(file)) return deserialize(readFileSync(file)) as KeptSession[];
  const sessions = simulate();
  mkdirSync(dirname(file), { recursive: true });
  // Whole or not at all, whenever it is interrupted.
  writeFileSync(`${file}.${process.pid}`, serialize(sessions));
  renameSync(`${file}.${process.pid}`, file);
  return sessions;
}

function fileOf(request: MarketRequest): string {
  const { strength, days, seed } = request;
  const version = digest([
    request,
    SYMBOL,
    FROM,
    DEFAULT_SETTINGS,
    READ.map(([, columns]) => columns),
    code(),
  ]);
  const name = `gold-s${strength}-${days}-seed${seed}-${version}.v8`;
  return join(PROJECT_ROOT, '.spymaster', 'bench', name);
}

const digest = (value: unknown): string =>
  createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);

/** Of the sources that Gold depends on. */
function code(): string {
  const hash = createHash('sha256');
  const root = join(PROJECT_ROOT, 'graph');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !READERS.includes(name.split(/[\\/]/)[0]))
    .sort();
  for (const name of files) hash.update(name).update(readFileSync(join(root, name)));
  return hash.digest('hex');
}
