/** How price moves relative to a level: its distance, velocity and acceleration at a bar's end. */
import { type Column, figure } from '../../datasets/column';
import { NS_PER_SECOND } from '../../market/time';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';

/** Bars over which velocity is measured, and acceleration between two such velocities. */
const LAG = 3;

/** Toward a level, by its direction: positive distance lies before it, positive velocity goes to it. */
export interface Approach {
  /** Ticks. */
  readonly distance: number;
  /** Ticks/s. */
  readonly velocity: number;
  /** Ticks/s2. */
  readonly acceleration: number;
}

/** Mids at the ends of the last bars. */
export class MidHistory implements Stateful {
  /** Ticks, the latest last; NaN before there were any. */
  private readonly mids = new Float64Array(2 * LAG + 1).fill(NaN);

  push(mid: number): void {
    this.mids.copyWithin(0, 1);
    this.mids[2 * LAG] = mid;
  }

  /** @param price the level's, ticks; @param up whether price comes from below; @param barNanos length of a bar, ns */
  approach(price: number, up: boolean, barNanos: number): Approach {
    const mid = this.mids[2 * LAG];
    const span = (LAG * barNanos) / NS_PER_SECOND;
    const velocity = this.velocity(2 * LAG, up, span);
    return {
      distance: up ? price - mid : mid - price,
      velocity,
      acceleration: (velocity - this.velocity(LAG, up, span)) / span,
    };
  }

  save(out: StateWriter): void {
    out.doubles(this.mids);
  }

  restore(from: StateReader): void {
    from.into(this.mids);
  }

  /** Over the `LAG` bars up to one, ticks/s. */
  private velocity(bar: number, up: boolean, span: number): number {
    const move = this.mids[bar] - this.mids[bar - LAG];
    return (up ? move : -move) / span;
  }
}

interface Row {
  readonly approach: Approach;
}

export const APPROACH_COLUMNS: readonly Column<Row>[] = [
  figure('distance_ticks', {
    unit: 'ticks',
    meaning: "Ticks from the mid at the bar's end to the level; negative once through it",
    value: ({ approach }) => approach.distance,
  }),
  figure('approach_velocity', {
    unit: 'ticks/s',
    meaning: 'Speed of the mid toward the level over three bars; negative when it recedes',
    value: ({ approach }) => approach.velocity,
  }),
  figure('approach_acceleration', {
    unit: 'ticks/s2',
    meaning: 'Change of that velocity over the last three bars, a second',
    value: ({ approach }) => approach.acceleration,
  }),
  figure('time_to_level', {
    unit: 's',
    meaning: 'Distance over velocity; null at or beyond the level, or receding',
    formula: 'distance_ticks / approach_velocity',
    value: ({ approach: { distance, velocity } }) =>
      distance > 0 && velocity > 0 ? distance / velocity : NaN,
  }),
];
