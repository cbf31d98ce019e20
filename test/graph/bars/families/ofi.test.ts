/** Order-flow imbalance against values worked out by hand; the twin checks them on everything else. */
import { bars, event, type Fields } from './events';

describe('order-flow imbalance', () => {
  const quote = [event(0, ['A', 'B', 1, 400, 5], ['A', 'A', 2, 402, 8])];
  const flow = (...then: Fields[]) => {
    const rows = bars([...quote, event(6000, ...then)], 10);
    return [rows[1].ofi_l1, rows[1].ofi_l2];
  };

  it('is the change of lots while the price stands', () => {
    expect(flow(['A', 'B', 3, 400, 4])).toEqual([4, 0]);
    expect(flow(['A', 'A', 3, 402, 4])).toEqual([-4, 0]);
    expect(flow(['C', 'B', 1, 400, 2])).toEqual([-2, 0]);
  });

  it('is all the new lots of a better price, and level by level what moved behind it', () => {
    expect(flow(['A', 'B', 3, 401, 4])).toEqual([4, 5]);
    expect(flow(['A', 'A', 3, 401, 4])).toEqual([-4, -8]);
  });

  it('is all the old lots of a price that is gone', () => {
    expect(flow(['C', 'B', 1, 400, 5])).toEqual([-5, 0]);
    expect(flow(['C', 'A', 2, 402, 8])).toEqual([8, 0]);
  });

  it('compares finished events only', () => {
    expect(flow(['A', 'B', 3, 401, 4], ['C', 'B', 3, 401, 4], ['A', 'B', 4, 400, 1])).toEqual([1, 0]);
  });
});
