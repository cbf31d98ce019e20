// @ts-check
// The order in which test files are run: those that take longest first, so that none of them begins when the others have ended. Jest knows
// from its cache how long each took; a clone that is new has none, and goes by the size of the files, which says little.
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes half a minute and more on two cores, the longest first. */
const LONG = [
  'workers/live/assembled.processes',
  'lake/delta/table.readers',
  'infra/azure/machineLearning.schemas',
  'infra/bench/main',
  'workers/web/journeys',
  'workers/cli/commands/start',
  'activities/planning/plan',
  'activities/tracking/mlflow',
  'workers/live/followContract',
  'workers/cli/commands/server.processes',
  'activities/verify/signal',
  'workers/temporal/runWorkers.stopped',
  'workers/temporal/runWorkers.killed',
  'workers/cli/commands/build.processes',
  'workers/cli/lakeInAzure',
  'workflows/reception',
  'workers/cli/commands/verify',
  'graph/sim/realism.simulated',
  'workflows/marketSession',
  'activities/stages/products',
];

/** @param {{ path: string }} test */
const rankOf = ({ path }) => {
  const rank = LONG.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return rank < 0 ? LONG.length : rank;
};

module.exports = class extends Sequencer {
  /** @param {any[]} tests */
  sort(tests) {
    const sorted = super.sort(tests);
    return sorted.every(({ duration }) => duration !== undefined)
      ? sorted
      : sorted.sort((a, b) => rankOf(a) - rankOf(b));
  }
};
