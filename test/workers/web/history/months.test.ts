import { monthsBetween } from '../../../../workers/web/history/months';

test('a month is its weekdays, each in the column of its day', () => {
  const [march] = monthsBetween('2024-03-04', '2024-03-15');
  expect(march.month).toBe('2024-03');
  expect(march.weeks[0]).toEqual([null, null, null, null, '2024-03-01']);
  expect(march.weeks[1]).toEqual(['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07', '2024-03-08']);
  expect(march.weeks.at(-1)!.at(-1)).toBe('2024-03-29');
  expect(march.weeks.flat().filter(Boolean)).toHaveLength(21);
});

test('months go on over the end of a year, and a month may begin with a weekend', () => {
  const months = monthsBetween('2024-11-29', '2025-02-03');
  expect(months.map(({ month }) => month)).toEqual(['2024-11', '2024-12', '2025-01', '2025-02']);
  expect(months[1].weeks[0][0]).toBe('2024-12-02');
  expect(months[3].weeks).toHaveLength(4);
});
