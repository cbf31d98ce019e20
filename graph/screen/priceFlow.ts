/** What became of the lots displayed at each price of a side: how many were filled, and how many their owners pulled or moved away. */
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';

interface Flow {
  filled: number;
  pulled: number;
}

const NOTHING: Readonly<Flow> = { filled: 0, pulled: 0 };

export class PriceFlow implements Stateful {
  private readonly flows = new Map<number, Flow>();

  /** @param price ticks; @param filled lots executed; @param pulled lots that left unexecuted */
  add(price: number, filled: number, pulled: number): void {
    const flow = this.flows.get(price);
    if (!flow) this.flows.set(price, { filled, pulled });
    else {
      flow.filled += filled;
      flow.pulled += pulled;
    }
  }

  /** Lots since the session began. */
  at(price: number): Readonly<Flow> {
    return this.flows.get(price) ?? NOTHING;
  }

  /** Of which anything was filled or pulled, in no order. */
  prices(): Iterable<number> {
    return this.flows.keys();
  }

  save(out: StateWriter): void {
    out.section('screen.flow', 1);
    out.doubles([...this.flows].flatMap(([price, { filled, pulled }]) => [price, filled, pulled]));
  }

  restore(from: StateReader): void {
    from.section('screen.flow', 1);
    const values = from.doubles();
    this.flows.clear();
    for (let k = 0; k + 2 < values.length; k += 3)
      this.flows.set(values[k], { filled: values[k + 1], pulled: values[k + 2] });
  }
}
