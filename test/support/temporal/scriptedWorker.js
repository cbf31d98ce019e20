// A worker process as `spymaster worker` runs it, with the scripted stages and a plan of every trade date in the range.
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { planSession } = require('../../../dist/activities/session/sessionPlan');
const { layersOf } = require('../../../dist/graph/datasets/layers');
const { SpymasterError } = require('../../../dist/graph/errors');
const { tradeDates } = require('../../../dist/graph/market/calendar');
const { Products } = require('../../../dist/graph/products/catalog');
const { loadConfig } = require('../../../dist/workers/config');
const { exportLineage } = require('../../../dist/workers/observing/lineageExport');
const { openLog } = require('../../../dist/workers/observing/log');
const { installRuntime, startWorkers } = require('../../../dist/workers/temporal/runWorkers');
const { loadTemporalSettings } = require('../../../dist/workers/temporal/settings');

async function main() {
  const log = openLog('worker');
  installRuntime(process.env.WORKER_LOG || 'ERROR', log);
  exportLineage(log);
  const config = loadConfig();
  const append = (line) => fs.appendFileSync(path.join(config.lake, 'log'), `${line}\n`);
  const has = (name) => fs.existsSync(path.join(config.lake, 'script', name));
  // Empty where there is none: it may be taken back at any moment.
  const order = (name) => {
    try {
      return fs.readFileSync(path.join(config.lake, 'script', name), 'utf8');
    } catch {
      return '';
    }
  };
  const workers = await startWorkers({
    role: process.argv[2] || 'all',
    config,
    versionedAs: process.env.WORKER_BUILD,
    temporal: { ...loadTemporalSettings(), cpu: { activities: 2 } },
    stageThread: path.join(__dirname, 'scriptedThread.js'),
    onStage: ({ line }) => fs.appendFileSync(path.join(config.lake, 'told'), `${line}\n`),
    follower: {
      async follow({ contract, tradeDate, once }, { signal, onPosition }) {
        const name = `follow-${contract}-${tradeDate}`;
        append(`${name} begin ${Number(once)}`);
        const feed = { packets: 3, records: 30, duplicates: 0, repeated: 0, missing: 0 };
        const position = {
          stream: 'scripted',
          partition: '0',
          position: 7,
          behind: 0,
          lagMs: 5,
          market: '1709735400000000000',
        };
        const unwritten = () => order(`unwritten-${tradeDate}`) || null;
        const counts = { feed, poisoned: 0, results: 0, latest: [], takenOver: false };
        const tell = () => onPosition({ phase: 'following', ...position, ...counts, unwritten: unwritten() });
        tell();
        const code = order(name);
        if (code) throw new SpymasterError(code, `scripted ${code}`);
        const closed = () => once || has(`close-${contract}-${tradeDate}`);
        // As a real one it says again and again where it is: of what it says faster than is passed on, some is lost.
        while (!signal.aborted && !closed()) {
          tell();
          await sleep(20);
        }
        // As a process that gets no processor: longer than it may be silent.
        if (has(`freeze-${contract}-${tradeDate}`))
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 11_000);
        append(`${name} end ${Number(signal.aborted)}`);
        if (signal.aborted) return { ended: 'suspended' };
        return { ended: 'over', streamed: { stream: 'scripted', versions: { 'silver.bars': 1 } } };
      },
      async forget(contract, tradeDate) {
        append(`forget-${contract}-${tradeDate} begin 0`);
      },
    },
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
      // With the close a test asks for.
      async planSession(request, scheduledTime, settings) {
        const plan = await planSession(request, scheduledTime, settings);
        const name = `ends-${plan.contract}-${plan.tradeDate}`;
        const left = order(name);
        return left ? { ...plan, ends: new Date(Date.now() + Number(left)).toISOString() } : plan;
      },
      async compareStreamed() {
        const agrees = !has('streamed-otherwise');
        const first = { row: '1', column: 'mid', expected: '2', found: '3' };
        const differing = { differences: agrees ? 0 : 1, first: agrees ? null : first };
        return { agrees, comparisons: [{ dataset: 'silver.bars', rows: 5, ...differing }], checks: [] };
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
