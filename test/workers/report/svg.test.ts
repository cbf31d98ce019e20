import { NS_PER_SECOND } from '../../../graph/market/time';
import { sideBar, timeChart, type TimeChart } from '../../../workers/report/svg';

/** 2024-03-05 17:00 ET, an hour before the Globex opening. */
const START = BigInt(Date.parse('2024-03-05T22:00:00Z')) * 1_000_000n;
const HOUR = 3600;

const chart = (more: Partial<TimeChart> = {}): string =>
  timeChart({
    title: 'Mid <price>',
    start: START,
    seconds: 4 * HOUR,
    bands: [],
    series: [],
    scale: 'linear',
    height: 200,
    label: String,
    ...more,
  });
const line = (...values: (number | null)[]) => [
  { name: 'Mid', style: 'first', points: values.map((value, k) => ({ at: k * HOUR, value })) },
];
/** Points of the first path, as [x, y]. */
const points = (svg: string) =>
  [.../ d="([^"]*)"/.exec(svg)![1].matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
const labels = (svg: string, anchor: string) =>
  [...svg.matchAll(new RegExp(`text-anchor="${anchor}"[^>]*>([^<]*)<`, 'g'))].map(([, text]) => text);

test('time runs evenly from left to right, values upwards', () => {
  const [a, b, c, d] = points(chart({ series: line(10, 20, 30, 20) }));
  const steps = [b[0] - a[0], c[0] - b[0], d[0] - c[0]];
  for (const step of steps) expect(step).toBeCloseTo(steps[0], 0);
  expect(a[1] - b[1]).toBeCloseTo(b[1] - c[1], 0);
  expect(c[1]).toBeLessThan(b[1]);
  expect(d[1]).toBe(b[1]);
});

test('all values lie between round numbers at the axis', () => {
  const svg = chart({ series: line(4803.25, 4811.75) });
  const ticks = labels(svg, 'end').map(Number);
  expect(ticks[0]).toBeLessThanOrEqual(4803.25);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(4811.75);
  expect(new Set(ticks.slice(1).map((tick, k) => tick - ticks[k])).size).toBe(1);
  for (const [, y] of points(svg)) {
    expect(y).toBeGreaterThanOrEqual(20);
    expect(y).toBeLessThanOrEqual(200 - 24);
  }
});

test('a logarithmic axis has powers of ten, from nothing on', () => {
  const svg = chart({ series: line(0, 5, 4321), scale: 'log' });
  expect(labels(svg, 'end')).toEqual(['0', '1', '10', '100', '1000', '10000']);
  const [zero, five, most] = points(svg);
  expect(zero[1]).toBe(200 - 24);
  expect(zero[1] - five[1]).toBeGreaterThan((five[1] - most[1]) / 10);
});

test('where there is no value the line breaks', () => {
  const path = / d="([^"]*)"/.exec(chart({ series: line(1, 2, null, 3, 4) }))![1];
  expect(path.match(/M/g)).toHaveLength(2);
  expect(points(chart({ series: line(1, 2, null, 3, 4) }))).toHaveLength(4);
});

test('an area is closed down to the axis', () => {
  const svg = chart({ series: [{ ...line(1, 2)[0], area: true }] });
  const all = points(svg);
  expect(all[0][1]).toBe(200 - 24);
  expect(all.at(-1)![1]).toBe(200 - 24);
  expect(svg).toContain('Z"');
});

test('hours are Eastern Time', () => {
  expect(labels(chart({ series: line(1, 2) }), 'middle')).toEqual([
    '17:00',
    '18:00',
    '19:00',
    '20:00',
    '21:00',
  ]);
  const half = chart({ series: line(1, 2), start: START + BigInt(1800 * NS_PER_SECOND) });
  expect(labels(half, 'middle')).toEqual(['18:00', '19:00', '20:00', '21:00']);
});

test('names are escaped, wide bands named', () => {
  const svg = chart({
    series: line(1, 2),
    bands: [
      { name: 'rth', from: 0, to: 2 * HOUR },
      { name: 'short', from: 2 * HOUR, to: 2 * HOUR + 60 },
    ],
  });
  expect(svg).toContain('aria-label="Mid &lt;price&gt;"');
  expect(svg).toContain('>rth</text>');
  expect(svg).not.toContain('>short</text>');
  expect(svg).toContain('class="band-short"');
});

test('without a value there is nothing to draw', () => {
  expect(chart()).toBe('<p>Nothing to draw.</p>');
  expect(chart({ series: line(null, null) })).toBe('<p>Nothing to draw.</p>');
});

test('a bar goes from the middle to its side, and no further than the edge', () => {
  const rect = (share: number) => {
    const [, x, width] = / x="([\d.]+)" y="2" width="([\d.]+)"/.exec(sideBar(share, 'first'))!;
    return [Number(x), Number(width)];
  };
  expect(rect(0.5)).toEqual([80, 40]);
  expect(rect(-0.5)).toEqual([40, 40]);
  expect(rect(3)).toEqual([80, 80]);
  expect(rect(-3)).toEqual([0, 80]);
});
