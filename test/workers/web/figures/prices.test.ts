import { ticksToPoints } from '../../../../graph/market/points';
import { Products } from '../../../../graph/products/catalog';
import { priceText } from '../../../../workers/web/figures/prices';

/** The number that is written, however the locale separates its digits. */
function read(text: string): number {
  const groups = text.match(/\d+/g)!;
  return Number(`${groups.slice(0, -1).join('')}.${groups.at(-1)}`);
}

test('prices of every product are written with all their digits, and with as many of each', () => {
  for (const { root, tickNanos } of new Products().all) {
    const written = [1, 7, 12_345, 12_346].map((ticks) => ({
      ticks,
      text: priceText(ticksToPoints(ticks, tickNanos), tickNanos),
    }));
    for (const { ticks, text } of written)
      expect({ root, ticks, is: read(text) }).toEqual({ root, ticks, is: ticksToPoints(ticks, tickNanos) });
    expect(new Set(written.map(({ text }) => text.match(/\d+/g)!.at(-1)!.length)).size).toBe(1);
  }
});

test('averages, which lie between prices, have no more digits; without a product nothing is written', () => {
  expect(priceText(5168.4567, 250_000_000)).toMatch(/\D46$/);
  expect(priceText(110.51562578, 15_625_000)).toMatch(/\D515626$/);
  expect(priceText(5168.25, undefined)).toBe('–');
  expect(priceText(NaN, 250_000_000)).toBe('–');
});
