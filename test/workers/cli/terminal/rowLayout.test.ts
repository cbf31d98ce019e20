import { layoutFor } from '../../../../workers/cli/terminal/rowLayout';

const columns = [
  { name: 'name', numeric: false },
  { name: 'lots', numeric: true },
];

const shown = (first: string[][], width: number, rows = first, of = columns) => {
  const layout = layoutFor(of, first, width);
  return (layout.head + rows.map((row, i) => layout.row(row, i)).join('')).split('\n');
};

it('is a table where the rows fit, numbers to the right', () => {
  expect(
    shown(
      [
        ['ESH4', '7'],
        ['', '12345'],
      ],
      11,
    ),
  ).toEqual(['name   lots', '----  -----', 'ESH4      7', '      12345', '']);
});

it('cuts long cells of a table that is too wide, by no more than it must', () => {
  const [head, rule, row] = shown([['x'.repeat(200), '1']], 80);
  expect(head).toHaveLength(80);
  expect(rule).toBe(`${'-'.repeat(74)}  ----`);
  expect(row).toBe(`${'x'.repeat(73)}…     1`);
});

it('shows a column a line where even cut cells are too wide', () => {
  expect(
    shown(
      [
        ['a'.repeat(50), '1'],
        ['b', ''],
      ],
      30,
    ),
  ).toEqual(['-[ row 1 ]', `name  ${'a'.repeat(23)}…`, 'lots  1', '-[ row 2 ]', 'name  b', 'lots', '']);
});

it('never cuts a number of a later row that is wider than the first', () => {
  const [, , row] = shown([['a', '1']], 20, [['b', '123456789012345678']]);
  expect(row).toBe('b     123456789012345678');
});

it('shows escaped what would steer a terminal or break the lines', () => {
  const [, , row] = shown([['a\n\u001b[2J', '1']], 80);
  expect(row).toBe(String.raw`a\x0a\x1b[2J     1`);
});

it('prints a plan as DuckDB draws it', () => {
  const plan = [
    { name: 'explain_key', numeric: false },
    { name: 'explain_value', numeric: false },
  ];
  expect(shown([['physical_plan', '┌──┐\n└──┘\n']], 80, undefined, plan)).toEqual(['┌──┐', '└──┘', '']);
});

it('has a head without rows', () => {
  expect(shown([], 80)).toEqual(['name  lots', '----  ----', '']);
});
