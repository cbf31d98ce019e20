import fc from 'fast-check';
import { PriceScale } from '../../../graph/book/priceScale';

const words = (price: bigint) => new Uint32Array(new BigInt64Array([price]).buffer);
const anyPrice = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 51n), max: 2n ** 51n }),
);
const anyTick = fc.oneof(
  fc.constantFrom(1, 250_000_000, 10_000_000, 1_000_000_000, 7),
  fc.integer({ min: 1, max: 2 ** 31 }),
);

describe('price scale', () => {
  it('gives whole ticks for prices on a tick', () => {
    const scale = new PriceScale(250_000_000);
    expect(scale.ticks(words(4_805_250_000_000n), 0)).toBe(19_221);
    expect(scale.ticks(words(-250_000_000n), 0)).toBe(-1);
    expect(scale.ticks(words(0n), 0)).toBe(0);
    // 2^53 nanos are nine million; ticks reach far beyond.
    expect(scale.nanos(scale.ticks(words(9_000_000_000_250_000_000n), 0))).toBe(9_000_000_000_250_000_000n);
  });

  it('leads back to the very price, or refuses it, whatever the price and the tick', () => {
    fc.assert(
      fc.property(anyPrice, anyTick, (price, tick) => {
        const scale = new PriceScale(tick);
        const ticks = scale.ticks(words(price), 0);
        expect(scale.ticksOf(price)).toBe(ticks);
        const onTick = price % BigInt(tick) === 0n;
        if (Number.isNaN(ticks)) expect(price >= 2n ** 50n || price < -(2n ** 50n)).toBe(true);
        else {
          expect(scale.nanos(ticks)).toBe(price);
          expect(Number.isInteger(ticks)).toBe(onTick);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('never gives two prices one number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n - 2n }), anyTick, (price, tick) => {
        const scale = new PriceScale(tick);
        expect(scale.ticksOf(price)).toBeLessThan(scale.ticksOf(price + 1n));
      }),
      { numRuns: 5000 },
    );
  });

  it('has no ticks for "no price"', () => {
    // 3577 divides it.
    for (const tick of [1, 7, 3577, 250_000_000])
      expect(new PriceScale(tick).ticksOf(2n ** 63n - 1n)).toBeNaN();
  });

  it('refuses ticks that are none', () => {
    for (const tick of [0, -1, 0.5, NaN, 2 ** 50])
      expect(() => new PriceScale(tick)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
  });
});
