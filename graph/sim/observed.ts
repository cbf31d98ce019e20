/** A simulation under observation. */
import type { SimulationOutput } from './files/output';
import type { MarketObserver } from './realism';
import type { Simulation } from './simulation';

/** The simulation's output, of which the observer sees every trade date. */
export function* observed(simulation: Simulation, observer: MarketObserver): Generator<SimulationOutput> {
  const [first, ...later] = simulation.tradeDates;
  observer.begin(first);
  for (const output of simulation.run()) {
    if (output.kind === 'mbo') observer.records(output.batch);
    yield output;
    // A date's truth is told when all its records have been written.
    if (output.kind !== 'truth') continue;
    observer.end();
    const next = later.shift();
    if (next !== undefined) observer.begin(next);
  }
}
