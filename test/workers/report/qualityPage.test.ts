/** The page of a report in which every text is hostile: such texts come from files and from errors. */
import type { QualityReport } from '../../../activities/reports/qualityReport';
import { driftInWords, factsOf } from '../../../workers/report/facts';
import { qualityPage } from '../../../workers/report/qualityPage';
import { ES } from '../../support/products';

const EVIL = `<script>alert("1")</script>'&`;
const NO_DRIFT = { sessions: [], leftOut: 0, features: [] };
const report: QualityReport = {
  contract: 'ESH4',
  data: 'real',
  tradeDate: '2024-03-05',
  verdict: 'blocked',
  layers: [
    {
      layer: 'bronze',
      status: 'blocked',
      rows: 0,
      seconds: 1.25,
      digest: EVIL,
      codeVersion: EVIL,
      finishedAt: 1_709_683_200_000_000_000n,
      reason: EVIL,
    },
  ],
  checks: [
    { layer: 'bronze', check: EVIL, severity: 'blocking', passed: false, value: 7, limit: 3, message: EVIL },
  ],
  tables: [{ table: EVIL, rows: 1234 }],
  deadLetters: [
    { reason: EVIL, field: null, records: 1500 },
    { reason: 'price_off_tick', field: EVIL, records: 7 },
  ],
  inspection: null,
  market: [],
  drift: { bars: { table: 'silver.bars', ...NO_DRIFT }, vectors: { table: 'gold.vectors', ...NO_DRIFT } },
};

test('texts of files and errors are shown, and are no markup', () => {
  const page = qualityPage(report, ES);
  expect(page).not.toContain('<script');
  expect(
    page.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/g)!.length,
  ).toBeGreaterThan(7);
  expect(page).toContain('<title>Data quality: ESH4 2024-03-05</title>');
  expect(page).not.toMatch(/NaN|undefined|\[object/);
});

test('a failed check and a layer that is not published stand out', () => {
  const page = qualityPage(report, ES);
  expect(page).toContain('Blocked: a blocking check failed.');
  expect(page).toContain('<strong class="bad">failed</strong>');
  expect(page).toContain('<strong class="bad">blocked</strong>');
});

test("times are New York's, and the page says so", () => {
  const page = qualityPage(report, ES);
  expect(page).toContain('Finished (ET)');
  expect(page).toContain('2024-03-05 19:00:00');
  expect(page).not.toContain('UTC');
});

test('the facts count dead letters, and say that records are missing', () => {
  const facts = Object.fromEntries(factsOf(report).map(({ label, text }) => [label, text]));
  expect(facts['Layers']).toBe('bronze blocked');
  expect(facts['Dead letters']).toBe(`1\u202f507 (${EVIL} 1\u202f500, price_off_tick 7)`);
  expect(facts['Records']).toBe('bronze.mbo of this date is not published');
  expect(facts['Drift of bars']).toBe('no earlier session in the lake to compare with');
});

test('drift names the features with a large shift, six at most', () => {
  const feature = (name: string, psi: number) => ({ feature: name, psi }) as never;
  const of = (...features: never[]) =>
    driftInWords({ table: 'silver.bars', sessions: ['2024-03-04'], leftOut: 0, features });
  expect(of()).toBe('nothing of this date to compare');
  expect(of(feature('mid', NaN))).toBe('against 1 earlier session: too few values for a distribution');
  expect(of(feature('mid', 0.01), feature('spread', 9))).toBe(
    'against 1 earlier session: 1 of 2 with a large shift (spread)',
  );
  const [only] = [feature('mid', 0.01)];
  const other = { table: 'silver.bars', leftOut: 3, features: [only] };
  expect(driftInWords({ ...other, sessions: ['2024-03-04'] })).toBe(
    'against 1 earlier session (3 built by other settings or code left out): 0 of 1 with a large shift',
  );
  expect(driftInWords({ ...other, sessions: [] })).toBe(
    'no earlier session in the lake to compare with (3 built by other settings or code left out)',
  );
  const many = Array.from({ length: 8 }, (_, k) => feature(`f${k}`, 9));
  expect(of(...many)).toBe(
    'against 1 earlier session: 8 of 8 with a large shift (f0, f1, f2, f3, f4, f5 and 2 more)',
  );
});
