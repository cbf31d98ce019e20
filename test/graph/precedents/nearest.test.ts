import fc from 'fast-check';
import { Nearest } from '../../../graph/precedents/nearest';

const distances = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 });

it('keeps the nearest, in order of distance and, of equal ones, of row', () => {
  fc.assert(
    fc.property(distances, fc.integer({ min: 0, max: 20 }), (all, capacity) => {
      const nearest = new Nearest(capacity);
      if (capacity > 0) all.forEach((distance, row) => nearest.offer(distance, row));
      const sorted = all
        .map((distance, row) => ({ distance, row }))
        .sort((a, b) => a.distance - b.distance || a.row - b.row)
        .slice(0, capacity);
      const { rows, distances: found } = nearest.inOrder();
      expect([...rows]).toEqual(sorted.map(({ row }) => row));
      expect([...found]).toEqual(sorted.map(({ distance }) => distance));
    }),
  );
});
