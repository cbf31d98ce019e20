import fc from 'fast-check';
import { Orders } from '../../../graph/book/orders';

describe('orders by id', () => {
  it('finds exactly what was taken and not released, through collisions and growth', () => {
    const op = fc.record({ id: fc.bigInt({ min: 0n, max: 3999n }), wide: fc.boolean() });
    fc.assert(
      fc.property(fc.array(op, { maxLength: 6000, size: 'max' }), (ops) => {
        const orders = new Orders();
        const held = new Map<bigint, number>();
        for (const { id: small, wide } of ops) {
          const id = wide ? small << 40n : small;
          const [low, high] = [Number(id & 0xffff_ffffn), Number(id >> 32n)];
          const slot = orders.find(low, high);
          if (slot !== (held.get(id) ?? -1)) throw new Error(`id ${id} found in slot ${slot}`);
          if (slot >= 0) {
            orders.release(slot);
            held.delete(id);
          } else held.set(id, orders.take(low, high));
        }
        expect(orders.count).toBe(held.size);
        for (const [id, slot] of held)
          expect(orders.find(Number(id & 0xffff_ffffn), Number(id >> 32n))).toBe(slot);
        expect(new Set(held.values()).size).toBe(held.size);
      }),
      { numRuns: 20 },
    );
  });

  it('takes no more room for a million ids that come and go', () => {
    const orders = new Orders();
    const room = orders.size.length;
    for (let id = 0; id < 1_000_000; id++) {
      orders.take(id, 1493);
      if (id >= 900) orders.release(orders.find(id - 900, 1493));
    }
    expect(orders.count).toBe(900);
    expect(orders.size.length).toBe(room);
  });

  it('is empty after clear', () => {
    const orders = new Orders();
    for (let id = 0; id < 5000; id++) orders.take(id, 0);
    orders.clear();
    expect([orders.count, orders.find(17, 0)]).toEqual([0, -1]);
    expect(orders.take(17, 0)).toBe(orders.find(17, 0));
  });
});
