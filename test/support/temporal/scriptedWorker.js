// A worker process as `spymaster worker` runs it, with the scripted stages and a plan of every trade date in the range.
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { layersOf } = require('../../../dist/graph/datasets/layers');
const { tradeDates } = require('../../../dist/graph/market/calendar');
const { Products } = require('../../../dist/graph/products/catalog');
const { loadConfig } = require('../../../dist/workers/config');
const { installRuntime, startWorkers } = require('../../../dist/workers/temporal/runWorkers');
const { loadTemporalSettings } = require('../../../dist/workers/temporal/settings');

async function main() {
  installRuntime(process.env.WORKER_LOG || 'ERROR');
  const config = loadConfig();
  const append = (line) => fs.appendFileSync(path.join(config.lake, 'log'), `${line}\n`);
  const has = (name) => fs.existsSync(path.join(config.lake, 'script', name));
  const workers = await startWorkers({
    role: process.argv[2] || 'all',
    config,
    temporal: { ...loadTemporalSettings(), cpu: { activities: 2 } },
    stageThread: path.join(__dirname, 'scriptedThread.js'),
    onStage: ({ line }) => fs.appendFileSync(path.join(config.lake, 'told'), `${line}\n`),
    lake: {
      async planBackfill(
        { contract = 'ESH4', start, end, layers, reprocess, order },
        settings,
        graph,
        signal,
      ) {
        append(`plan-${contract} begin ${process.pid}`);
        while (has(`plan-${contract}`)) {
          signal.throwIfAborted();
          await sleep(20);
        }
        const dates = tradeDates(start, end, new Products().productOf('ES'));
        const [withoutData, planned] = [
          dates.filter((d) => has(`no-raw-${d}`)),
          dates.filter((d) => !has(`no-raw-${d}`)),
        ];
        const items = planned.map((trade_date) => ({
          scope: { unit: 'contract-date', key: { contract, trade_date } },
          layers: layersOf('contract-date').filter((layer) => layers.includes(layer)),
          reason: reprocess,
          because: [],
          after: [],
        }));
        if (order === 'newest') items.reverse();
        // One build that reads all the others, where a test asks for it.
        if (has(`span-${contract}`))
          items.push({
            scope: { unit: 'product-date', key: { product: contract, trade_date: `${start}..${end}` } },
            layers: ['normalisation'],
            reason: reprocess,
            because: [],
            after: [[0, items.length - 1]],
          });
        return { items, upToDate: 0, stale: [], withoutData, closed: null, missing: [] };
      },
      async recordFailure({ scope, layer, since, type }) {
        append(`${Object.values(scope.key).join('-')}-${layer} recorded:${type} ${since}`);
      },
    },
  });
  process.stdout.write('ready\n');
  for (const signal of ['SIGTERM', 'SIGINT'])
    process.once(signal, () => {
      append('worker stopping 0');
      void workers.stop();
    });
  await workers.ended;
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
