/** What the operators of a session find in its records: with Silver as it was built, or all of it computed. The two find the same. */
import { readOptions } from '../../../activities/stages/optionRows';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import type { MboBatch } from '../../../graph/records/mbo';
import type { SessionInputs } from '../../../graph/session/inputs';
import type { SessionEvent } from '../../../graph/session/operators';
import { OptionReplay, pushMerged } from '../../../graph/session/optionReplay';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import type { Lake } from '../../../lake/lake';
import type { BuiltSilver } from './builtSilver';

export interface Findings {
  /** What is found by records `[from, to)`, the next of the session. @param t market's time at their end, ns since the origin */
  of(batch: MboBatch, from: number, to: number, t: number): SessionEvent[];
  /** What is found by the end of the session. */
  end(): SessionEvent[];
}

/** Takes the bars as they were built, and computes Gold of Silver's rows: approaches are in no table. */
export class BuiltFindings implements Findings {
  private readonly gold: SessionGraph;

  constructor(
    inputs: SessionInputs,
    private readonly silver: BuiltSilver,
  ) {
    this.gold = new SessionGraph(inputs, DATASET_GRAPH.computationsOf('gold'));
    // As a build does: what a vector is computed of ends before its touch, whenever the rows come.
    for (const batch of silver.rows) this.gold.push({ kind: 'rows', batch });
  }

  of(batch: MboBatch, from: number, to: number, t: number): SessionEvent[] {
    this.gold.push({ kind: 'records', batch, from, to });
    return [...this.bars(t), ...this.gold.take()];
  }

  end(): SessionEvent[] {
    return [...this.bars(Infinity), ...this.gold.end()];
  }

  private bars(t: number): SessionEvent[] {
    return this.silver.barsBy(t).map((batch) => ({ kind: 'rows', batch }));
  }
}

/** Computes everything, of a session whose Silver is not built. */
export class ComputedFindings implements Findings {
  private constructor(
    private readonly session: SessionGraph,
    private readonly options: OptionReplay,
  ) {}

  static async begin(lake: Lake, inputs: SessionInputs, signal: AbortSignal): Promise<ComputedFindings> {
    const session = new SessionGraph(inputs, DATASET_GRAPH.computations);
    const key = { contract: inputs.contract, trade_date: inputs.tradeDate };
    return new ComputedFindings(
      session,
      new OptionReplay(await readOptions(lake, key, signal), session.frame),
    );
  }

  of(batch: MboBatch, from: number, to: number): SessionEvent[] {
    pushMerged(this.session, batch, this.options, from, to);
    return this.session.take();
  }

  end(): SessionEvent[] {
    return this.session.end();
  }
}
