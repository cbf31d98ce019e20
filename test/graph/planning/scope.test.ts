import { contractDate, keyText } from '../../../graph/datasets/units';
import { lockOf, partitionsOf, productSpan } from '../../../graph/planning/scope';
import { ES } from '../../support/products';

test('a span covers its trade dates, both ends included; a partition covers itself', () => {
  const span = productSpan('ES', '2024-03-27', '2024-04-01');
  // Good Friday is no trade date.
  expect(partitionsOf(span, ES).map(keyText)).toEqual(['ES/2024-03-27', 'ES/2024-03-28', 'ES/2024-04-01']);
  const partition = contractDate('ESH4', '2024-03-05');
  expect(partitionsOf(partition, ES)).toEqual([partition]);
});

test('contract-dates are built side by side, spans of a product one at a time', () => {
  expect(lockOf(contractDate('ESH4', '2024-03-05'), ['gold'])).toBe('ESH4-2024-03-05');
  const spans = [
    productSpan('ES', '2024-01-02', '2024-02-01'),
    productSpan('ES', '2024-01-15', '2024-03-01'),
  ];
  expect(spans.map((span) => lockOf(span, ['normalisation']))).toEqual([
    'ES-normalisation',
    'ES-normalisation',
  ]);
  expect(lockOf(productSpan('CL', '2024-01-02', '2024-02-01'), ['normalisation'])).toBe('CL-normalisation');
});
