/** What is written on the price chart can be read: the canvas is one that notes what is put on it. */

interface Options {
  readonly session: unknown;
  readonly palette: unknown;
  readonly letters: number;
}
/** As far as it is used here: the page's code is compiled with a browser's types, which tests have not. */
interface Module {
  levelLabels(options: Options): (context: unknown, scale: unknown) => void;
}
const { levelLabels } = require('../../../../workers/web/market/drawings') as Module;

const LETTERS = 10;
const WIDTH = 500;

/** Every level is at a tick a pixel from the top. */
const level = (id: string, price: number, since = 0) => ({ id, price, since, watched: true });

/** @returns what is put on the chart, in order */
function drawn(levels: readonly ReturnType<typeof level>[]) {
  const put: { text?: string; left: number; top: number; right: number; bottom: number }[] = [];
  const context = {
    measureText: (text: string) => ({ width: 6 * text.length }),
    fillRect: (left: number, top: number, width: number, height: number) =>
      put.push({ left, top, right: left + width, bottom: top + height }),
    fillText: (text: string, right: number, bottom: number) =>
      put.push({ text, left: right - 6 * text.length, top: bottom - LETTERS, right, bottom }),
  };
  const session = {
    levels: { get: () => levels },
    points: (ticks: number) => ticks,
    priceText: String,
    bars: { indexOf: (t: number) => t },
  };
  const scale = {
    width: WIDTH,
    height: 300,
    ratio: 1,
    x: (index: number) => index,
    y: (price: number) => 300 - price,
  };
  levelLabels({ session, palette: { paper: 'paper' }, letters: LETTERS })(context, scale);
  return put;
}

test('each name of a level stands on paper of its own, and none covers another', () => {
  const put = drawn([
    level('PM_LOW', 100),
    level('ROUND@250', 250),
    level('OR_LOW', 95),
    level('EMA_20', 87),
  ]);
  // The paper of each before its text.
  expect(put.map(({ text }) => text)).toEqual([
    undefined,
    'ROUND 250',
    undefined,
    'PM_LOW 100',
    undefined,
    'EMA_20 87',
  ]);
  for (let k = 0; k < put.length; k += 2) {
    const [paper, text] = [put[k], put[k + 1]];
    expect(paper.left).toBeLessThan(text.left);
    expect(paper.right).toBeGreaterThan(text.right);
    expect(paper.bottom).toBeGreaterThan(text.bottom);
    if (k > 0) expect(paper.top).toBeGreaterThanOrEqual(put[k - 1].bottom);
  }
});

test('a level that comes after the time that is seen has no name there, nor one beyond the prices that are', () => {
  expect(drawn([level('OR_HIGH', 100, WIDTH + 1), level('PD_HIGH', 400), level('PD_LOW', -5)])).toEqual([]);
});
