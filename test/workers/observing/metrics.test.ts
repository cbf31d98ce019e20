import { METRICS, type Declared } from '../../../workers/observing/metrics';
import { documentOf, spymasterHere } from '../../support/spymaster';

const all: Declared[] = Object.values(METRICS).flatMap((group) => Object.values<Declared>(group));

test('names are those Prometheus recommends: a prefix, base units, `_total` of counters and of nothing else', () => {
  for (const { name, type, help, buckets } of all) {
    expect(name).toMatch(/^spymaster_[a-z]+(_[a-z]+)+$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect(name).not.toMatch(/_(ms|milliseconds|micros|kb|mb|percent)(_|$)/);
    expect(help).not.toMatch(/\n|\.$/);
    if (type === 'histogram') expect(buckets).toEqual([...buckets!].sort((a, b) => a - b));
  }
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test('the command lists each of them', async () => {
  const listed = documentOf<Declared[]>(await spymasterHere('metrics', '--json'));
  expect(listed).toEqual(all.map(({ name, type, labels = [], help }) => ({ name, type, labels, help })));
  const { stdout } = await spymasterHere('metrics');
  for (const { name } of all) expect(stdout).toContain(name);
});
