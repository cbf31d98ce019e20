import type { LineageNode } from '../../../../activities/reports/lineage';
import { BUILT_DATE as DATE, builtLake } from '../../../support/builtLake';
import { documentOf, onLake } from '../../../support/spymaster';

const KEY = `ESH4/${DATE}`;
let lake: string;
beforeAll(async () => (lake = await builtLake()));
const lineage = (...args: string[]) => onLake(lake)('lineage', ...args);

test('draws a partition as a tree, down to the raw files', async () => {
  const { code, stdout } = await lineage('gold.outcomes', KEY);
  const [root, ...rest] = stdout.trimEnd().split('\n');
  expect(root).toMatch(/^gold\.outcomes ESH4\/2024-03-05: \d+ rows, digest \w{12}, .* by local$/);
  expect(rest).toContainEqual(expect.stringMatching(/^[├└]─ .*\w+\.\w+ ESH4\/2024-03-05: \d+ rows, digest /));
  expect(stdout).toMatch(/─ raw\.dbn glbx-mdp3-20240305\.mbo\.dbn\.zst: \d+ rows, digest \w{12}\n/);
  expect(code).toBe(0);
});

test('--json prints the same tree', async () => {
  const root = documentOf<LineageNode>(await lineage('bronze.mbo', KEY, '--json'));
  expect(root).toMatchObject({ dataset: 'bronze.mbo', key: KEY, workflowId: 'local' });
  expect(root.upstream.map(({ dataset }) => dataset)).toContain('raw.dbn');
});

test('says what was not built, and what is no partition', async () => {
  expect((await lineage('silver.bars', 'ESM4/2024-03-05')).stdout).toMatch(
    /^silver\.bars ESM4\/2024-03-05: not built\n/,
  );
  const unknown = await lineage('silver.nothing', KEY);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('silver.bars') as string]);
  const wrong = await lineage('silver.bars', 'ESH4');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('names no partition') as string]);
});
