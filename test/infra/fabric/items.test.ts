import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { TILES } from '../../../infra/fabric/dashboard';
import { dashboardOf, workspaceFiles } from '../../../infra/fabric/items';
import { WORKSPACE } from '../../../infra/fabric/main';
import { PROJECT_ROOT } from '../../../infra/root';
import { describeWith, pythonWith } from '../../support/pythonVenv';
import { temporaryFolder } from '../../support/lake';

const checkedIn = (): Map<string, string> =>
  new Map(
    readdirSync(WORKSPACE, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const file = join(parentPath, name);
        return [relative(WORKSPACE, file), readFileSync(file, 'utf8')];
      }),
  );

test('the items that are checked in are those that the schemas give: `npm run fabric` writes them', () => {
  expect(Object.fromEntries(checkedIn())).toEqual(Object.fromEntries(workspaceFiles()));
});

interface Platform {
  $schema: string;
  metadata: { type: string; displayName: string };
  config: { version: string; logicalId: string };
}

test('each item names its type, which is that of its folder, and an id of its own', () => {
  const ids = new Set<string>();
  const items = [...workspaceFiles()].filter(([path]) => path.endsWith('/.platform'));
  expect(items).toHaveLength(3);
  for (const [path, text] of items) {
    const { metadata, config } = JSON.parse(text) as Platform;
    expect(path.endsWith(`${metadata.displayName}.${metadata.type}/.platform`)).toBe(true);
    expect(config).toEqual({
      version: '2.0',
      logicalId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    });
    ids.add(config.logicalId);
  }
  expect(ids.size).toBe(items.length);
});

test('every reference of the dashboard leads to what it names, and no tile lies on another', () => {
  const { tiles, queries, pages, dataSources } = dashboardOf();
  const ids = [...tiles, ...queries, ...pages, ...dataSources].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(tiles).toHaveLength(TILES.length);
  const database = [...workspaceFiles()].find(([path]) => path.includes('KQLDatabase/.platform'))![1];
  expect(dataSources[0].database).toBe((JSON.parse(database) as Platform).config.logicalId);
  for (const { dataSource } of queries) expect(dataSource.dataSourceId).toBe(dataSources[0].id);
  for (const { pageId, queryRef } of tiles) {
    expect(pages.some(({ id }) => id === pageId)).toBe(true);
    expect(queries.some(({ id }) => id === queryRef.queryId)).toBe(true);
  }
  for (const { id } of pages) {
    const taken = new Set<string>();
    for (const { layout } of tiles.filter(({ pageId }) => pageId === id))
      for (let x = layout.x; x < layout.x + layout.width; x++)
        for (let y = layout.y; y < layout.y + layout.height; y++) {
          expect([x < 24, taken.has(`${x} ${y}`)]).toEqual([true, false]);
          taken.add(`${x} ${y}`);
        }
  }
});

const PYTHON = pythonWith('venv-fabric', ['fabric-cicd==1.4.0'], ['fabric_cicd']);

describeWith(PYTHON, "no Python with pip for Microsoft's fabric-cicd")('deployed', () => {
  const LAKE = 'abfss://lake@desk.dfs.core.windows.net/lake';
  const deploy = (lake: string, ...args: string[]) =>
    spawnSync(PYTHON!, [join(PROJECT_ROOT, 'infra', 'fabric', 'deploy.py'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, SPYMASTER_LAKE_URL: lake },
      cwd: temporaryFolder(),
    });

  test("Microsoft's own deployment reads every item whole, and puts the lake in its place", () => {
    const { status, stdout, stderr } = deploy(LAKE, '11111111-1111-4111-8111-111111111111', '--check');
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    const items = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Record<
      string,
      Record<string, string>
    >;
    expect(Object.keys(items).sort()).toEqual([
      'Eventhouse/Spymaster',
      'KQLDashboard/Spymaster',
      'KQLDatabase/Spymaster',
    ]);
    const schema = items['KQLDatabase/Spymaster']['DatabaseSchema.kql'];
    expect(schema).toContain(`h@'${LAKE}/gold/outcomes;managed_identity=system'`);
    expect(schema).not.toContain('ACCOUNT');
    expect(Object.keys(items['KQLDashboard/Spymaster']).sort()).toEqual([
      '.platform',
      'RealTimeDashboard.json',
    ]);
  });

  test('without a workspace or a lake it says what it wants', () => {
    expect(deploy(LAKE)).toMatchObject({ status: 2, stderr: expect.stringContaining('WORKSPACE_ID') });
    expect(deploy('lake', 'x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('SPYMASTER_LAKE_URL'),
    });
  });
});
