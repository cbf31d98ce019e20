/**
 * The operators of a session as the declaration connects them: each gets what its datasets are declared to be computed from, and no
 * more. The batch runs those of one layer, with the rows of the others from the lake; a live worker runs all of them, and rows go from
 * one to the next.
 */
import type { Computation } from '../catalog/datasetGraph';
import { canonical } from '../catalog/provenance';
import type { FeatureSettings } from '../settings';
import type { StateReader, StateWriter } from '../state/codec';
import { frameOf, type SessionFrame, type SessionInputs } from '../session/inputs';
import type { OpenedOperator, SessionEvent, SessionInput, SessionOperator } from '../session/operators';

/** Datasets whose records each kind of input carries. */
const DATASETS_OF: Readonly<Record<Exclude<SessionInput['kind'], 'rows' | 'end'>, readonly string[]>> = {
  records: ['bronze.mbo'],
  option: ['bronze.definitions', 'bronze.option_trades', 'bronze.statistics'],
};

interface Node {
  readonly computation: Computation;
  readonly operator: OpenedOperator;
  /** Datasets it is computed from. */
  readonly reads: ReadonlySet<string>;
}

export class SessionGraph implements OpenedOperator {
  readonly frame: SessionFrame;
  private readonly nodes: readonly Node[];
  /** What became known by the end of the session, not taken yet. */
  private ended: SessionEvent[] = [];

  /**
   * @param inputs what is known before the session begins
   * @param computations in an order in which each comes after those it reads; others than a session's are left out
   * @throws SpymasterError BadArgument for an unknown product or a day that is no trade date
   */
  constructor(inputs: SessionInputs, computations: readonly Computation[]) {
    this.frame = frameOf(inputs);
    this.nodes = computations.flatMap((computation): Node[] => {
      const { operator, upstream } = computation;
      if (operator.kind !== 'session') return [];
      const reads = new Set(upstream.map(({ dataset }) => dataset));
      return [{ computation, operator: operator.open(declaredFrame(this.frame, computation, reads)), reads }];
    });
  }

  push(input: SessionInput): void {
    if (input.kind === 'end') {
      this.ended = this.nodes.flatMap((node) => this.endNode(node));
      return;
    }
    const datasets = input.kind === 'rows' ? [input.batch.contract.name] : DATASETS_OF[input.kind];
    for (const { operator, reads } of this.nodes)
      if (datasets.some((dataset) => reads.has(dataset))) operator.push(input);
  }

  advanceTo(t: number): void {
    for (const { operator } of this.nodes) operator.advanceTo(t);
  }

  /** What became known since the last call. Rows that an operator emits are pushed to the operators that read them. */
  take(): SessionEvent[] {
    const { ended } = this;
    this.ended = [];
    return [...ended, ...this.nodes.flatMap((node) => this.handOver(node))];
  }

  /** Ends the session, and takes all that is left. */
  end(): SessionEvent[] {
    this.push({ kind: 'end' });
    return this.take();
  }

  save(out: StateWriter): void {
    out.section('session', 1);
    out.text(this.identity());
    out.unsigned(this.nodes.length);
    for (const { computation, operator } of this.nodes) {
      out.text(computation.operator.module);
      operator.save(out);
    }
  }

  restore(from: StateReader): void {
    from.section('session', 1);
    if (from.text() !== this.identity())
      from.fail(`a session of ${this.frame.contract} ${this.frame.tradeDate} with the same settings`);
    if (from.unsigned() !== this.nodes.length) from.fail(`the state of ${this.nodes.length} operators`);
    for (const { computation, operator } of this.nodes) {
      const { module } = computation.operator;
      if (from.text() !== module) from.fail(`the state of ${module}`);
      operator.restore(from);
    }
  }

  /** What must be the same in a session that a saved one is restored to. */
  private identity(): string {
    const { contract, tradeDate, settings } = this.frame;
    return canonical([contract, tradeDate, settings]);
  }

  /** Ends an operator after it has got all rows of those before it. */
  private endNode(node: Node): SessionEvent[] {
    const before = this.handOver(node);
    node.operator.push({ kind: 'end' });
    return [...before, ...this.handOver(node)];
  }

  /** Takes what an operator has emitted, and pushes its rows to the operators that read them. */
  private handOver(node: Node): SessionEvent[] {
    const events = node.operator.take();
    for (const event of events)
      if (event.kind === 'rows' && event.batch.rowCount > 0)
        for (const { operator, reads } of this.nodes)
          if (reads.has(event.batch.contract.name)) operator.push(event);
    return events;
  }
}

/** What an operator may know before the session begins: what its datasets declare. */
function declaredFrame(
  frame: SessionFrame,
  { operator, settings }: Computation,
  reads: ReadonlySet<string>,
): SessionFrame {
  return {
    ...frame,
    settings: declaredSettings(frame.settings, settings, operator as SessionOperator),
    openingBook: reads.has('bronze.opening_books') ? frame.openingBook : undefined,
    previousDay: reads.has('raw.trading') ? frame.previousDay : undefined,
  };
}

/** The settings; reading a part that is not declared throws, for rows would depend on what is in no digest. */
function declaredSettings(
  settings: FeatureSettings,
  declared: readonly (keyof FeatureSettings)[],
  { module }: SessionOperator,
): FeatureSettings {
  const open = {};
  for (const part of Object.keys(settings) as (keyof FeatureSettings)[])
    Object.defineProperty(open, part, {
      enumerable: declared.includes(part),
      get: () => {
        if (declared.includes(part)) return settings[part];
        throw new Error(`${module} reads the settings ${part}, which none of its datasets declares`);
      },
    });
  return open as FeatureSettings;
}
