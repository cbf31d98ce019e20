import { DATASETS } from '../../../../graph/catalog/declaration';
import { documentOf, spymasterHere } from '../../../support/spymaster';

test('lists every dataset with what it is computed from', async () => {
  const { stdout, code } = await spymasterHere('graph');
  for (const { name, operator, unit } of DATASETS)
    expect(stdout).toMatch(new RegExp(`^${name} .*${unit}.*${operator.module}`, 'm'));
  expect(code).toBe(0);
});

test('--json prints the declaration with the tables it declares', async () => {
  const { datasets } = documentOf<{ datasets: { name: string; columns: object[] }[] }>(
    await spymasterHere('graph', '--json'),
  );
  expect(datasets.map(({ name }) => name)).toEqual(DATASETS.map(({ name }) => name));
  const bars = datasets.find(({ name }) => name === 'silver.bars')!;
  expect(bars.columns).toContainEqual(expect.objectContaining({ name: 'mid', type: 'double' }));
});

test('--mermaid draws it', async () => {
  const { stdout } = await spymasterHere('graph', '--mermaid');
  expect(stdout).toMatch(/^(graph|flowchart) /);
  expect(stdout).toContain('-->');
});
