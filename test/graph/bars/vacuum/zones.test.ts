import { ASK, BID } from '../../../../graph/book/side';
import { beyond, Zones } from '../../../../graph/bars/vacuum/zones';

describe('zones around a level', () => {
  const zones = new Zones({ at: 1, near: 3, mid: 8, far: 10 });

  it('begin where the one before ends, the first as far across the level', () => {
    expect([-1.5, -1, 0, 1, 1.5, 3, 8, 8.5, 10, 10.5].map((distance) => zones.of(distance))).toEqual([
      -1, 0, 0, 0, 1, 1, 2, 3, 3, -1,
    ]);
    expect(zones.of(NaN)).toBe(-1);
  });

  it('lie above the level for asks and below it for bids', () => {
    expect([beyond(ASK, 105, 100), beyond(BID, 95, 100)]).toEqual([5, 5]);
    expect(zones.reach(ASK, 100)).toEqual([99, 110]);
    expect(zones.reach(BID, 100)).toEqual([90, 101]);
  });
});
