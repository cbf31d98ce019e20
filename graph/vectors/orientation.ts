/**
 * The vocabulary of the approach. Vectors and sequences are oriented to it, so that UP and DOWN mirror each other; the words are the
 * same in code, in the names of dimensions and in formulas (`NOTATION`).
 */
import type { Direction } from '../episodes/episode';
import type { Right, Side } from './silverFields';

export class Orientation {
  /** +1 UP, -1 DOWN: turns a difference of prices, or a flow, into one along the approach. */
  readonly s: 1 | -1;
  /** The side of the book price runs into, and the other. */
  readonly ahead: Side;
  readonly behind: Side;
  /** The right of options that gains from the approach, and the other. */
  readonly with: Right;
  readonly against: Right;
  /** Where the prices beyond the level lie, and those before it. */
  readonly beyond: 'above' | 'below';
  readonly before: 'above' | 'below';

  constructor(direction: Direction) {
    const up = direction === 'UP';
    this.s = up ? 1 : -1;
    this.ahead = up ? 'ask' : 'bid';
    this.behind = up ? 'bid' : 'ask';
    this.with = up ? 'call' : 'put';
    this.against = up ? 'put' : 'call';
    this.beyond = up ? 'above' : 'below';
    this.before = up ? 'below' : 'above';
  }
}
