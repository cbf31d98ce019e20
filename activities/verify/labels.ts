/**
 * The label oracle: every outcome the operators found, worked out again by SQL from the trades of Bronze, must come out the same.
 */
import type { Row } from '../../graph/datasets/schema';
import { goldOutcomes } from '../../graph/episodes/episodeTables';
import { sessionOf } from '../../graph/market/calendar';
import type { Product } from '../../graph/products/profile';
import type { Comparison, Difference } from '../../graph/quality/comparison';
import { productsOf, settingsFor, type EpisodeSettings } from '../../graph/settings';
import { sharedLake } from '../stages/sharedLake';
import type { StageContext } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import { partitionOf, requireCurrent } from './contractDate';
import { labelSql } from './labelSql';
import type { Verdict } from './session';

interface LabelRequest {
  symbol: string;
  contract: string;
  tradeDate: string;
}

/** For distances from a level that lies between ticks, which are not exact; ticks. */
const TOLERANCE = 1e-6;

type Value = Row[string] | undefined;
const exactly = (a: Value, b: Value) => textOf(a) === textOf(b);
const nearly = (a: Value, b: Value) => Math.abs(Number(a) - Number(b)) <= TOLERANCE;

const COLUMNS: readonly (readonly [name: string, agree: (a: Value, b: Value) => boolean])[] = [
  ['outcome', exactly],
  ['ended_by', exactly],
  ['is_primary', exactly],
  ['touch_ts', exactly],
  ['end_ts', exactly],
  ['break_ts', exactly],
  ['reject_ts', exactly],
  ['seconds_to_break', exactly],
  ['seconds_to_reject', exactly],
  ['favorable_ticks', nearly],
  ['adverse_ticks', nearly],
  ['high', exactly],
  ['low', exactly],
  ['end_price', exactly],
  ['trades', exactly],
];

/** @throws SpymasterError NoInput unless all layers of the contract-date are published and current; Cancelled */
export async function verifyLabels(
  settings: StageSettings,
  { symbol, contract, tradeDate }: LabelRequest,
  { progress, signal }: StageContext,
): Promise<Verdict> {
  await requireCurrent(settings, symbol, contract, tradeDate);
  const lake = await sharedLake(settings);
  const { product } = productsOf(settings.features).contractOf(contract, tradeDate);
  const { episodes } = settingsFor(settings.features, product);
  progress({ phase: 'following every episode in SQL', done: 0, total: 0 });
  const expected = await lake.query(
    labelSql({
      contract,
      tradeDate,
      tickNanos: product.tickNanos,
      ...episodes,
      closes: closesOf(tradeDate, product, episodes),
    }),
    { signal },
  );
  const partition = partitionOf({ contract, tradeDate });
  const found = await lake.table(goldOutcomes).readRows({ partition, signal });
  const comparisons = episodes.horizonMinutes.map((minutes) => {
    const ofHorizon = (rows: readonly Record<string, unknown>[]) =>
      new Map(
        rows
          .filter((row) => row.horizon_minutes === minutes)
          .map((row) => [row.episode_id as string, row as Row]),
      );
    return compareHorizon(minutes, ofHorizon(expected), ofHorizon(found));
  });
  return { contract, tradeDate, comparisons };
}

/** Ends of the hours in which a measurement may run. */
function closesOf(tradeDate: string, product: Product, { sessionWindow }: EpisodeSettings): bigint[] {
  const session = sessionOf(tradeDate, product);
  return sessionWindow === 'rth' ? [session.rthClose] : session.hours.map(({ close }) => close);
}

function compareHorizon(minutes: number, expected: Map<string, Row>, found: Map<string, Row>): Comparison {
  const ids = [...new Set([...expected.keys(), ...found.keys()])];
  const differences = ids.flatMap((id): Difference[] => {
    const [there, here] = [expected.get(id), found.get(id)];
    const row = `${id} ${minutes} min`;
    if (!there || !here)
      return [{ row, column: null, expected: there ? 'a row' : 'none', found: here ? 'a row' : 'none' }];
    if (!there.touch_found)
      return [{ row, column: 'touch_ts', expected: 'a trade in bronze.mbo', found: 'none' }];
    const column = COLUMNS.find(([name, agree]) => !agree(there[name], here[name]))?.[0];
    return column ? [{ row, column, expected: textOf(there[column]), found: textOf(here[column]) }] : [];
  });
  return {
    dataset: `${goldOutcomes.name}, ${minutes} min`,
    rows: ids.length,
    differences: differences.length,
    first: differences[0] ?? null,
  };
}

/** 64-bit integers come as texts from a query, as bigint from a table. */
const textOf = (value: Value): string =>
  value === null || value === undefined ? 'null' : String(value as bigint);
