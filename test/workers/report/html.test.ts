import fc from 'fast-check';
import { count } from '../../../workers/report/facts';
import { escape, paragraph, section, table } from '../../../workers/report/html';

/** What a browser makes of escaped text. */
const read = (html: string) =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

test('any text is shown as it is, and opens no tag and ends no attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ';', '&lt;') }), (text) => {
      expect(escape(text)).not.toMatch(/[<>"']/);
      expect(read(escape(text))).toBe(text);
    }),
  );
});

test('captions, headers, cells and titles are escaped; markup is not', () => {
  const html =
    section('<h>', paragraph('<p>')) + table('<c>', ['<th>'], [['<td>'], [{ html: '<b>bold</b>' }]]);
  for (const text of ['&lt;h&gt;', '&lt;p&gt;', '&lt;c&gt;', '&lt;th&gt;', '&lt;td&gt;', '<b>bold</b>'])
    expect(html).toContain(text);
});

test('columns of nothing but numbers are set as such', () => {
  const html = table(
    't',
    ['a', 'b'],
    [
      ['x', 1],
      [2, 3],
    ],
  );
  expect(html).toContain('<th scope="col">a</th><th scope="col" class="number">b</th>');
  expect(html).toContain('<td>2</td><td class="number">3</td>');
});

test('a number that is written already stays as it is, in a column of numbers', () => {
  const html = table('t', ['n'], [[{ figure: '+12.0' }], [NaN], [3]]);
  expect(html).toContain('<th scope="col" class="number">n</th>');
  expect(html).toContain('<td class="number">+12.0</td>');
  expect(table('t', ['n'], [[{ figure: '<1' }]])).toContain('&lt;1');
});

test('whole numbers are shown in full, others to four digits, none as a dash', () => {
  const cells = [
    ...table('t', ['n'], [[1234567], [0.123456], [-42], [NaN], [1e-9]]).matchAll(/<td[^>]*>(.*?)<\/td>/g),
  ];
  expect(cells.map(([, text]) => text)).toEqual([count(1_234_567), '0.1235', '-42', '-', '1e-9']);
  expect(count(1_234_567)).toBe('1\u202f234\u202f567');
});
