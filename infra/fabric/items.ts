/**
 * Items of a Fabric workspace as its Git integration keeps them: an eventhouse, its database, and the dashboard.
 * Source: "Item definitions" and "Git integration" of Microsoft Fabric's documentation.
 */
import { uuidOf } from '../../activities/lineage/nameUuid';
import { databaseScript, LAKE } from './database';
import { TILES } from './dashboard';

/** The place of a workspace that is not known yet: whoever deploys puts the right one there. */
const THIS_WORKSPACE = '00000000-0000-0000-0000-000000000000';
const NAME = 'Spymaster';
const GRID = 24;

const EVENTHOUSE = uuidOf('spymaster eventhouse');
const DATABASE = uuidOf('spymaster database');
const DASHBOARD = uuidOf('spymaster dashboard');

/** Text of each file, by path within the workspace. */
export function workspaceFiles(): ReadonlyMap<string, string> {
  const eventhouse = `${NAME}.Eventhouse`;
  const database = `${eventhouse}/.children/${NAME}.KQLDatabase`;
  const dashboard = `${NAME}.KQLDashboard`;
  return new Map([
    [
      `${eventhouse}/.platform`,
      platform('Eventhouse', 'What models and precedents say, as it is said', EVENTHOUSE),
    ],
    [`${eventhouse}/EventhouseProperties.json`, json({})],
    [
      `${database}/.platform`,
      platform('KQLDatabase', 'Messages of the hubs, and outcomes of the lake', DATABASE),
    ],
    [
      `${database}/DatabaseProperties.json`,
      json({
        databaseType: 'ReadWrite',
        parentEventhouseItemId: EVENTHOUSE,
        oneLakeCachingPeriod: 'P30D',
        oneLakeStandardStoragePeriod: 'P730D',
      }),
    ],
    [`${database}/DatabaseSchema.kql`, databaseScript()],
    [
      `${dashboard}/.platform`,
      platform('KQLDashboard', 'Outcomes, forecasts, calibration so far, latency and lag', DASHBOARD),
    ],
    [`${dashboard}/RealTimeDashboard.json`, json(dashboardOf())],
    ['parameter.yml', PARAMETERS],
  ]);
}

/** For fabric-cicd: what is another in each environment. */
const PARAMETERS = `find_replace:
  - find_value: '${LAKE}'
    replace_value:
      dev: '$ENV:SPYMASTER_LAKE_URL'
      prod: '$ENV:SPYMASTER_LAKE_URL'
    item_type: KQLDatabase
`;

const platform = (type: string, description: string, logicalId: string) =>
  json({
    $schema:
      'https://developer.microsoft.com/json-schemas/fabric/gitIntegration/platformProperties/2.0.0/schema.json',
    metadata: { type, displayName: NAME, description },
    config: { version: '2.0', logicalId },
  });

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

export function dashboardOf() {
  const pages = [...new Set(TILES.map(({ page }) => page))];
  const idOf = (kind: string, name: string) => uuidOf(`spymaster dashboard ${kind} ${name}`);
  const source = idOf('source', NAME);
  return {
    schema_version: '52',
    title: NAME,
    autoRefresh: { enabled: true, defaultInterval: '30s', minInterval: '30s' },
    dataSources: [
      {
        id: source,
        name: NAME,
        kind: 'kusto-trident',
        scopeId: 'kusto-trident',
        // Empty: the address of the database of that name, which is known once it is there.
        clusterUri: '',
        database: DATABASE,
        workspace: THIS_WORKSPACE,
      },
    ],
    pages: pages.map((name) => ({ id: idOf('page', name), name })),
    parameters: [
      {
        kind: 'duration',
        id: idOf('parameter', 'time'),
        displayName: 'Time range',
        description: '',
        beginVariableName: '_startTime',
        endVariableName: '_endTime',
        defaultValue: { kind: 'dynamic', count: 24, unit: 'hours' },
        showOnPages: { kind: 'all' },
      },
    ],
    baseQueries: [],
    queries: TILES.map(({ title, query }) => ({
      id: idOf('query', title),
      dataSource: { kind: 'inline', dataSourceId: source },
      text: query,
      usedVariables: ['_startTime', '_endTime'].filter((name) => query.includes(name)),
    })),
    tiles: placed().map(({ tile: { title, visual, page, width, height }, x, y }) => ({
      id: idOf('tile', title),
      title,
      visualType: visual,
      pageId: idOf('page', page),
      layout: { x, y, width, height },
      queryRef: { kind: 'query', queryId: idOf('query', title) },
      visualOptions: {},
    })),
  };
}

/** Tiles in rows, from left to right and from top to bottom of their page. */
function placed() {
  const rows = new Map<string, { x: number; y: number; height: number }>();
  return TILES.map((tile) => {
    let { x, y, height } = rows.get(tile.page) ?? { x: 0, y: 0, height: 0 };
    if (x + tile.width > GRID) [x, y, height] = [0, y + height, 0];
    rows.set(tile.page, { x: x + tile.width, y, height: Math.max(height, tile.height) });
    return { tile, x, y };
  });
}
