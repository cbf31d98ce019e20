// A pool thread whose stages do what a test tells them, where the work itself is not what is tested: threads, messages,
// cancellation and everything above are the real ones.
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { SpymasterError } = require('../../../dist/graph/errors');
const { tell } = require('../../../dist/lake/told');
const { serveWork } = require('../../../dist/activities/pool/serve');

serveWork(async (request, context, { lake }) => {
  const { layer, scope, fence } = request;
  const name = `${Object.values(scope.key).join('-')}-${layer}`;
  const log = (event) => fs.appendFileSync(path.join(lake, 'log'), `${name} ${event} ${fence}\n`);
  const script = path.join(lake, 'script', name);
  // The order may be taken back between any two steps.
  const order = () => {
    try {
      return fs.readFileSync(script, 'utf8').trim();
    } catch {
      return 'publish';
    }
  };
  const result = (status, reason) => ({
    layer,
    scope,
    status,
    reason,
    checks: [],
    digest: 'd',
    seconds: 0.01,
    rows: status === 'published' ? { [`${layer}.rows`]: 7 } : {},
  });

  log('begin');
  context.progress({ phase: 'scripted', done: 0, total: 1 });
  for (;;) {
    const ordered = order();
    const [verb, argument] = ordered.split(' ');
    if (verb === 'hold') {
      await sleep(20);
      if (context.signal.aborted) {
        log('aborted');
        throw new SpymasterError('Cancelled', 'aborted');
      }
      continue;
    }
    // Keeps its core busy, and hears nothing, until it is given another order.
    if (verb === 'spin') {
      while (order() === 'spin');
      continue;
    }
    // Tells of itself, and hears nothing either.
    if (verb === 'tell') {
      tell('lineage', { event: JSON.parse(argument) });
      while (order() === ordered);
      continue;
    }
    if (verb === 'fail-once') fs.rmSync(script);
    if (verb === 'fail' || verb === 'fail-once')
      throw new SpymasterError(argument, `scripted ${argument}`, { file: 'x.dbn', offset: 7 });
    if (verb === 'exit') process.exit(3);
    if (verb === 'throw') throw new TypeError('scripted');
    if (verb === 'commit') tell('committed', { table: `${layer}.rows`, rows: 7, bytes: 700 });
    log('end');
    return result(
      verb === 'blocked' || verb === 'no_data' || verb === 'current' ? verb : 'published',
      argument,
    );
  }
});
