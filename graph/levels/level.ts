/** A price level at a moment, and the interval over which it had one price. */
import { boolean, number, oneOf, record, text, type ValueCodec } from '../state/valueCodec';
import { LEVEL_KINDS, type LevelKind } from './kinds';

/**
 * A level that exists: from `validFrom` on, a trader could have drawn it. Times are ns since the session's origin, prices
 * ticks; a moving average lies between ticks.
 */
export interface Level {
  /** Unique within a contract-date: the kind, with the price where there may be several of the kind. */
  readonly id: string;
  readonly kind: LevelKind;
  /** Whether episodes are looked for on it. */
  readonly watched: boolean;
  /** When the present price became known; before the window for what the day before left. */
  knownFrom: number;
  /** Since when it has been the level's price in this window. */
  validFrom: number;
  price: number;
}

export const levelCodec: ValueCodec<Level> = record<Level>({
  id: text,
  kind: oneOf(LEVEL_KINDS),
  watched: boolean,
  knownFrom: number,
  validFrom: number,
  price: number,
});

/** The time `[validFrom, validTo)` over which a level had one price. */
export interface LevelInterval extends Readonly<Level> {
  readonly validTo: number;
}
