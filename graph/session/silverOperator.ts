/** The operator behind the datasets of Silver. */
import type { StateReader, StateWriter } from '../state/codec';
import type { SessionInputs } from './inputs';
import { silverChecks } from '../quality/checks';
import type { OpenedOperator, SessionEvent, SessionInput, SessionOperator } from './operators';
import { SilverGraph } from './silverGraph';

export const SILVER: SessionOperator = {
  kind: 'session',
  module: 'graph/session/silverGraph',
  open: (inputs) => new SilverOperator(inputs),
};

class SilverOperator implements OpenedOperator {
  readonly graph: SilverGraph;
  private ended = false;
  constructor(inputs: SessionInputs) {
    this.graph = new SilverGraph(inputs);
  }
  push(input: SessionInput): void {
    if (input.kind === 'records') this.graph.push(input.batch, input.from, input.to);
    if (input.kind === 'option') this.graph.pushOption(input.record);
    if (input.kind === 'end') {
      this.graph.finish();
      this.ended = true;
    }
  }
  advanceTo(): void {}
  take(): SessionEvent[] {
    const { graph } = this;
    const rows = [
      graph.takeBars(),
      graph.takeLevels(),
      graph.takeVacuum(),
      graph.takeOptionFlow(),
      graph.takeOptionExposure(),
    ].map((batch): SessionEvent => ({ kind: 'rows', batch }));
    const checks = this.ended ? silverChecks(graph.facts()) : [];
    return [...rows, ...checks.map((check): SessionEvent => ({ kind: 'check', check }))];
  }
  save(_out: StateWriter): void {}
  restore(_from: StateReader): void {}
}
