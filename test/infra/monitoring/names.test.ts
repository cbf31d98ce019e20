/** What alerts, the workbook and Grafana ask for, against what the processes really tell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { PROJECT_ROOT } from '../../../infra/root';
import { instruments } from '../../../workers/observing/instruments';
import { IntervalSamples, sampleNames } from '../../../workers/observing/intervalSamples';
import { METRICS, type Declared, type Group } from '../../../workers/observing/metrics';
import { analyse, type Analysis, type Database } from '../../support/kusto';

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever reads a file knows what is in it
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(join(PROJECT_ROOT, 'infra', 'monitoring', name), 'utf8')) as T;

interface Rule {
  name: string;
  says: string;
  query: string;
  every: string;
  window: string;
}
interface Workbook {
  items: { type: number; content: { query?: string; title?: string } }[];
}
interface Grafana {
  panels: {
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string }[];
  }[];
}

const rules = read<Rule[]>('alertRules.json');
const charts = read<Workbook>('workbook.json').items.flatMap(({ content: { query, title } }) =>
  query === undefined ? [] : [{ name: title!, query }],
);
const panels = read<Grafana>('grafana.json').panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

const declared: Declared[] = Object.values(METRICS).flatMap((group: Group) => Object.values(group));

/** A registry in which each metric has been told of at least once. */
function told(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const group of Object.values(METRICS)) {
    const found = instruments(registry, group as Group);
    for (const [key, { type, labels = [] }] of Object.entries(group as Group)) {
      const of = Object.fromEntries(labels.map((label) => [label, 'x']));
      const metric = found[key] as unknown as {
        inc(of: object, by?: number): void;
        observe(of: object, n: number): void;
      };
      if (type === 'histogram') metric.observe(of, 1);
      else metric.inc(of, 1);
    }
  }
  return registry;
}

test('every name and label that Grafana asks for is in what Prometheus reads', async () => {
  const text = await told().metrics();
  const series = new Map<string, Set<string>>();
  for (const [, name, labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{([^}]*)\})? /gm))
    series.set(name, new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)));
  for (const { title, expr } of panels) {
    const names = [...expr.matchAll(/\b(?:spymaster|process|nodejs)_\w+/g)].map(([name]) => name);
    expect([title, names.length > 0]).toEqual([title, true]);
    for (const name of names) expect([title, name, series.has(name)]).toEqual([title, name, true]);
    for (const [, by] of expr.matchAll(/by \(([^)]*)\)/g))
      for (const label of by.split(', '))
        expect([title, label, series.get(names[0])!.has(label)]).toEqual([title, label, true]);
  }
  expect(panels.length).toBeGreaterThan(20);
});

test('every name that Azure is asked for is one that is sent there', async () => {
  const sent = new Set((await new IntervalSamples(told()).take()).map(({ name }) => name));
  for (const metric of declared) for (const name of sampleNames(metric)) expect(sent).toContain(name);
  for (const { name, query } of [...rules, ...charts]) {
    const names = [...query.matchAll(/'((?:spymaster|process|nodejs)_\w+)'/g)].map(([, of]) => of);
    expect([name, names.length > 0]).toEqual([name, true]);
    for (const of of names) expect([name, of, sent.has(of)]).toEqual([name, of, true]);
    const labels = new Set(
      declared
        .filter((metric) => sampleNames(metric).some((of) => names.includes(of)))
        .flatMap((metric) => metric.labels ?? []),
    );
    for (const [, label] of query.matchAll(/Properties\.(\w+)/g))
      expect([name, label, labels.has(label)]).toEqual([name, label, true]);
  }
});

/** What Log Analytics keeps of metrics. Source: "AppMetrics" of Azure Monitor's reference of tables. */
const APP_METRICS = [
  ['TimeGenerated', 'datetime'],
  ['Name', 'string'],
  ['Sum', 'real'],
  ['Min', 'real'],
  ['Max', 'real'],
  ['ItemCount', 'int'],
  ['Properties', 'dynamic'],
  ['AppRoleName', 'string'],
  ['AppRoleInstance', 'string'],
] as const;

test('every query is one that Log Analytics can answer', () => {
  const none = new Map<string, never>();
  const database: Database = {
    tables: new Map([['AppMetrics', APP_METRICS]]),
    externalTables: none,
    functions: none,
    views: none,
  };
  const asked = [...rules, ...charts];
  const said: Analysis[] = analyse(database, [
    ...asked.map(({ query }) => query),
    'AppMetrics | where Nam == 1',
  ]);
  expect(asked.map(({ name }, k) => [name, said[k].problems])).toEqual(asked.map(({ name }) => [name, []]));
  for (const [k, { name }] of asked.entries())
    expect([name, said[k].columns.length > 0]).toEqual([name, true]);
  expect(said.at(-1)!.problems.join()).toContain('KS142');
});

test('people are told of what must not wait: lag, state, speed, errors, dead letters, a night without a build', () => {
  const names = rules.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of [
    'live-lags',
    'checkpoint-old',
    'scores-slow',
    'requests-fail',
    'dead-letters',
    'nightly-missing',
  ])
    expect(names).toContain(name);
});

test('no panel lies on another', () => {
  const taken = new Set<string>();
  for (const { title, gridPos } of read<Grafana>('grafana.json').panels)
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect([title, x < 24, taken.has(`${x} ${y}`)]).toEqual([title, true, false]);
        taken.add(`${x} ${y}`);
      }
});
