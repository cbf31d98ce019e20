import fc from 'fast-check';
import { heldMiddle } from '../../../../workers/web/market/heldMiddle';

test('the ladder stands still while the market is well within it, and never loses it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1 }), (steps) => {
      let [market, held] = [1000, heldMiddle(undefined, 1000, 14)];
      expect(held).toBe(1000);
      for (const step of steps) {
        market += step;
        const next = heldMiddle(held, market, 14);
        expect(next).toBe(Math.abs(market - held) > 7 ? market : held);
        held = next;
      }
    }),
  );
});
