/** The operator behind the datasets of Gold. */
import type { StateReader, StateWriter } from '../state/codec';
import { GoldGraph } from './goldGraph';
import type { SessionInputs } from './inputs';
import type { OpenedOperator, SessionEvent, SessionInput, SessionOperator } from './operators';

export const GOLD: SessionOperator = {
  kind: 'session',
  module: 'graph/session/goldGraph',
  open: (inputs) => new GoldOperator(inputs),
};

class GoldOperator implements OpenedOperator {
  private readonly graph: GoldGraph;
  constructor(inputs: SessionInputs) {
    this.graph = new GoldGraph(inputs);
  }
  push(input: SessionInput): void {
    if (input.kind === 'records') this.graph.push(input.batch, input.from, input.to);
    else if (input.kind === 'rows') this.graph.onSilver([input.batch]);
    else if (input.kind === 'end') this.graph.finish();
  }
  advanceTo(): void {}
  take(): SessionEvent[] {
    const { graph } = this;
    return [graph.takeEpisodes(), graph.takeOutcomes(), graph.takeVectors()].map((batch) => ({
      kind: 'rows',
      batch,
    }));
  }
  save(_out: StateWriter): void {}
  restore(_from: StateReader): void {}
}
