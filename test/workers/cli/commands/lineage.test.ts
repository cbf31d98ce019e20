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
  expect(stdout).toMatch(/─ raw\.dbn xsim-mdp3-20240305\.mbo\.dbn\.zst: \d+ rows, digest \w{12}\n/);
  expect(code).toBe(0);
});

test('--json prints the same tree', async () => {
  const root = documentOf<LineageNode>(await lineage('bronze.mbo', KEY, '--json'));
  expect(root).toMatchObject({ dataset: 'bronze.mbo', key: KEY, workflowId: 'local' });
  expect(root.upstream.map(({ dataset }) => dataset)).toContain('raw.dbn');
});

test('what was never built, cannot exist, or is no partition is an error, each its own', async () => {
  const failure = async (...args: string[]) => {
    const { code, stdout, stderr } = await lineage(...args);
    expect(stdout).toBe('');
    return `${code} ${stderr}`;
  };
  expect(await failure('silver.bars', 'ESM4/2024-03-05')).toMatch(
    /^1 .*silver\.bars of ESM4 2024-03-05 was never built/,
  );
  expect(await failure('silver.nothing', KEY)).toMatch(/^2 [^]*silver\.bars/);
  expect(await failure('silver.bars', 'ESH4')).toMatch(/^2 .*names no partition/);
  expect(await failure('silver.bars', `FOO/${DATE}`)).toMatch(/^2 .*"FOO" is not a futures contract/);
  expect(await failure('silver.bars', `QQH4/${DATE}`)).toMatch(/^2 .*not a contract of a known product/);
  expect(await failure('silver.bars', 'ESH4/foo')).toMatch(/^2 .*"foo" is not a date/);
  expect(await failure('silver.bars', 'ESH4/2024-03-09')).toMatch(/^2 .*no trade date \(weekend\)/);
  expect(await failure('gold.normalisation', `QQ/${DATE}`)).toMatch(/^2 .*no product "QQ"/);
});
