/** `silver.vacuum` computed the slow way, level by level and zone by zone, from what the bars' twin saw. */
import type { Row } from '../../../../graph/datasets/schema';
import { START } from '../market';
import type { BarFacts, Order, Transition } from '../twin';

type SideName = 'bid' | 'ask';

const ZONES: [name: string, from: number, to: number][] = [
  ['at', -2, 2],
  ['near', 2, 5],
  ['mid', 5, 14],
  ['far', 14, 20],
];

/** A level with the prices (ticks) it takes from given times (ns since START) on. */
export interface ScriptedLevel {
  id: string;
  kind: string;
  prices: [from: number, price: number][];
}

/** Levels as a tracker would keep them, by script. */
export class ScriptedLevels {
  readonly levels: { id: string; kind: string; price: number }[] = [];
  constructor(private readonly script: readonly ScriptedLevel[]) {}

  advanceTo(t: number): void {
    for (const { id, kind, prices } of this.script) {
      const price = prices.filter(([from]) => from <= t).at(-1)?.[1];
      const level = this.levels.find((known) => known.id === id);
      if (level && price !== undefined) level.price = price;
      else if (price !== undefined) this.levels.push({ id, kind, price });
    }
  }
}

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const zoneAt = (distance: number) =>
  ZONES.find(([, from, to], k) => (k === 0 ? distance >= from : distance > from) && distance <= to)?.[0];

export class VacuumTwin {
  readonly rows: Row[] = [];
  private mids: number[] = [];
  private readonly directions = new Map<string, 'UP' | 'DOWN'>();

  constructor(
    private readonly script: readonly ScriptedLevel[],
    private readonly sessionAt: (t: number) => string,
  ) {}

  readonly onBar = (facts: BarFacts): void => {
    this.mids.push(facts.midAfter);
    const known = this.script.map((level) => ({
      ...level,
      price: level.prices.filter(([from]) => from <= facts.start).at(-1)?.[1],
    }));
    // In the order in which they came into being.
    const order = (level: ScriptedLevel) => level.prices[0][0];
    for (const { id, kind, price } of known.sort((a, b) => order(a) - order(b))) {
      if (price === undefined || this.sessionAt(facts.start) === 'halt') continue;
      if (!(Math.abs(facts.midBefore - price) <= 120)) continue;
      if (facts.midBefore !== price) this.directions.set(id, facts.midBefore < price ? 'UP' : 'DOWN');
      this.rows.push({
        level_id: id,
        level_kind: kind,
        ...this.row(facts, price, this.directions.get(id) ?? 'UP'),
      });
    }
  };

  private row(facts: BarFacts, price: number, direction: 'UP' | 'DOWN'): Row {
    const sign = direction === 'UP' ? 1 : -1;
    const seconds = (3 * (facts.end - facts.start)) / 1e9;
    const mid = (back: number) => this.mids.at(-1 - back) ?? NaN;
    const velocity = (sign * (mid(0) - mid(3))) / seconds;
    const distance = sign * (price - facts.midAfter);
    const row: Row = {
      bar_start_utc: START + BigInt(facts.start),
      level_price: price * 0.25,
      direction,
      distance_ticks: distance,
      approach_velocity: velocity,
      approach_acceleration: (velocity - (sign * (mid(3) - mid(6))) / seconds) / seconds,
      time_to_level: distance > 0 && velocity > 0 ? distance / velocity : NaN,
    };
    const opposing: SideName = direction === 'UP' ? 'ask' : 'bid';
    Object.assign(row, sideColumns('opp', opposing, price, facts));
    Object.assign(row, sideColumns('sup', opposing === 'ask' ? 'bid' : 'ask', price, facts));
    return row;
  }
}

function sideColumns(name: string, side: SideName, level: number, facts: BarFacts): Row {
  const distance = (order: Order) => (order.side === 'ask' ? order.price - level : level - order.price);
  const zone = (order: Order) => (order.side === side ? zoneAt(distance(order)) : undefined);
  const inAll = (order: Order) => zone(order) !== undefined;
  const row: Row = {};
  const totals: Record<string, number> = {};

  for (const [here] of ZONES) {
    const inHere = (order: Order) => zone(order) === here;
    const figures = { add: 0, pull: 0, flash: 0, fill: 0, mod: 0, toward: 0, away: 0, refresh: 0 };
    for (const transition of facts.transitions) tally(figures, transition);
    const depth = sum(facts.after.filter(inHere).map(({ size }) => size));
    for (const [figure, lots] of Object.entries({ depth, ...figures })) {
      row[`${name}_${here}_${figure}`] = lots;
      totals[figure] = (totals[figure] ?? 0) + lots;
    }

    function tally(to: typeof figures, { action, t, before, after, executed, aggressor }: Transition): void {
      if (!before) {
        if (after && inHere(after)) to[action === 'A' ? 'add' : 'mod'] += after.size;
        return;
      }
      const gone = before.size - (action === 'C' ? (after?.size ?? 0) : 0);
      const filled = Math.min(executed, before.size, gone);
      const rest = before.size - filled;
      const stays = after?.price === before.price && after.side === before.side;
      if (inHere(before)) to.fill += filled;
      if (action === 'C' && !aggressor) {
        if (inHere(before)) to[t - before.since < 5e8 ? 'flash' : 'pull'] += rest - (after?.size ?? 0);
      } else if (stays) {
        if (!inHere(after)) return;
        to.mod += after.size - rest;
        if (executed >= before.size) to.refresh += after.size;
      } else {
        if (inHere(before)) to.mod -= rest;
        if (!after) return;
        if (inHere(after)) to.mod += after.size;
        const nearer = Math.abs(distance(before)) - Math.abs(distance(after));
        const everIn = before.side === side ? inAll(before) : zoneAt(distance(before)) !== undefined;
        const counted = everIn ? inHere(before) : inHere(after);
        if (rest > 0 && nearer !== 0 && counted) to[nearer > 0 ? 'toward' : 'away'] += rest;
      }
    }
  }

  const start = facts.before.filter(inAll);
  const end = facts.after.filter(inAll);
  const lots = (orders: Order[]) => sum(orders.map(({ size }) => size));
  const center = (orders: Order[]) => (sum(orders.map((o) => o.size * distance(o))) + 9) / (lots(orders) + 1);
  row[`${name}_com`] = center(end);
  row[`${name}_com_change`] = center(end) - center(start);
  row[`${name}_pull_share`] = (totals.pull + 0.5) / (totals.pull + totals.fill + 1);
  row[`${name}_pull_intensity`] = Math.log(1 + totals.pull / (lots(start) + 1));
  row[`${name}_replenishment`] = Math.log(
    (totals.add + totals.refresh + 1) / (totals.pull + totals.fill + 1),
  );
  // Of what was placed later, as a book that is told anew may have been, no age is known.
  const placed = end.filter((o) => o.since <= facts.end);
  row[`${name}_age`] = sum(placed.map((o) => o.size * (facts.end - o.since))) / lots(placed) / 1e9;
  return row;
}
