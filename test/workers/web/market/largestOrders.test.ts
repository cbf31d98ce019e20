import fc from 'fast-check';
import { ASK, BID } from '../../../../graph/book/side';
import { encodeFrame, decodeFrame } from '../../../../graph/screen/marketFrame';
import { MarketView } from '../../../../graph/screen/marketView';
import { ShownMarket } from '../../../../graph/screen/shownMarket';
import { largestOrders } from '../../../../workers/web/market/largestOrders';
import { frame, simulatedDay } from '../../../graph/screen/market';

test('they are the largest of all within reach, largest first, near before far', () => {
  const day = simulatedDay(10_000);
  const view = new MarketView({ tickNanos: frame.product.tickNanos, origin: frame.origin });
  view.push(day, 0, day.length);
  const shown = new ShownMarket();
  expect(largestOrders(shown, 100, 5)).toEqual([]);
  shown.take(decodeFrame(encodeFrame(view, 0, true).buffer));
  const { bestBid, bestAsk } = shown.frame!;
  fc.assert(
    fc.property(fc.nat(200), fc.nat(20), (reach, most) => {
      const all: number[][] = [];
      for (const side of [BID, ASK] as const)
        view.levels.forEachLevel(side, -Infinity, Infinity, (price) => {
          const distance = side === BID ? bestBid - price : price - bestAsk;
          if (distance <= reach) all.push([view.largestOrder(side, price), -distance]);
        });
      const expected = all.sort((a, b) => b[0] - a[0] || b[1] - a[1]).slice(0, most);
      const found = largestOrders(shown, reach, most);
      expect(
        found.map(({ side, price, lots }) => [lots, -(side === BID ? bestBid - price : price - bestAsk)]),
      ).toEqual(expected);
    }),
  );
});
