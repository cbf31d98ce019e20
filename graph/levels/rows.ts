/** Levels as rows of `silver.levels`. */
import type { Row } from '../datasets/schema';
import type { TimeOrigin } from '../market/time';
import { points, type LevelInterval } from './level';

/** One row of `silver.levels`, without the partition columns. */
export function levelRow(interval: LevelInterval, origin: TimeOrigin, tickNanos: number): Row {
  return {
    level_id: interval.id,
    level_kind: interval.kind,
    price: points(interval.price, tickNanos),
    known_from: origin.absolute(interval.knownFrom),
    valid_from: origin.absolute(interval.validFrom),
    valid_to: origin.absolute(interval.validTo),
    watched: interval.watched,
  };
}
