import { Bars } from '../../../../workers/web/market/bars';
import { DepthMemory } from '../../../../workers/web/market/depthMemory';
import { pointedAt } from '../../../../workers/web/market/pointed';

const START = 60e9;

test('what lies under the crosshair is the bar, and what rested at its middle', () => {
  const bars = new Bars(5);
  const [open, high, low, close] = [[10], [14], [9], [12]];
  bars.add({
    kind: 'bars',
    start: [START],
    open,
    high,
    low,
    close,
    volume: [3],
    delta: [1],
    imbalance: [0],
  });
  const heat = new DepthMemory();
  const column = { lowest: 10, bestBid: 11, lots: Uint16Array.of(5, 0, 7), orders: Uint16Array.of(2, 0, 3) };
  heat.add({ rows: 3, seconds: 1, start: START + 2e9, columns: [column] });
  expect(pointedAt({ bars, heat }, 0, 12)).toEqual({
    t: START + 2.5e9,
    price: 12,
    lots: 7,
    orders: 3,
    bar: bars.complete[0],
  });
  // Beyond the rows that are known, and where no bar is yet.
  for (const price of [9, 13]) expect(pointedAt({ bars, heat }, 0, price).lots).toBeUndefined();
  expect(pointedAt({ bars, heat }, 1, 12)).toMatchObject({
    t: START + 7.5e9,
    lots: undefined,
    bar: undefined,
  });
});
