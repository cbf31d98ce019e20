import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { FEATURES } from '../../../../graph/vectors/features';
import { temporaryFolder } from '../../../support/lake';
import { spymasterHere, startSpymaster } from '../../../support/spymaster';

test('score-server answers until it is asked to stop, and then ends in order', async () => {
  const { process: child, finished } = startSpymaster(
    { SPYMASTER_LAKE: temporaryFolder() },
    'score-server',
    '--port',
    '0',
  );
  let address = '';
  for await (const line of createInterface(child.stderr!)) {
    address = /^(http:\S+)\/score answers/.exec(line)?.[1] ?? '';
    if (address) break;
  }
  const row = { level: 'PM_LOW', direction: 'DOWN', timeOfDay: 'T15_30', featureTable: 'x' };
  const response = await fetch(`${address}/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...row, vector: FEATURES.map(() => null) }),
  });
  expect(await response.json()).toMatchObject({ basis: 'base rate', versions: { model: null } });
  child.kill('SIGTERM');
  expect(await finished).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(
      /ES: base rates \(no edge shown: base rates\)\.\n[^]*Stopping: what was asked/,
    ),
  });
});

test('a port that is taken, and one there is not, are told', async () => {
  process.env.SPYMASTER_LAKE = temporaryFolder();
  try {
    const taken = (await import('node:net')).createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const refused = await spymasterHere('score-server', '--port', String(port));
    taken.close();
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('is in use by another program'),
    ]);
    expect((await spymasterHere('score-server', '--port', '70000')).code).toBe(2);
  } finally {
    delete process.env.SPYMASTER_LAKE;
  }
});
