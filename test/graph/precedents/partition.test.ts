import fc from 'fast-check';
import { LEVEL_KINDS } from '../../../graph/levels/kinds';
import { isOnRung, partitionName, RUNGS, type PrecedentPartition } from '../../../graph/precedents/partition';

const partitions = fc.record<PrecedentPartition>({
  levelKind: fc.constantFrom(...LEVEL_KINDS),
  direction: fc.constantFrom('UP', 'DOWN'),
  timeOfDay: fc.constantFrom('T0_15', 'T120_CLOSE'),
});

it('has every rung hold the one below it, from the partition itself to all', () => {
  fc.assert(
    fc.property(partitions, partitions, (wanted, other) => {
      const held = RUNGS.map((rung) => isOnRung(rung, wanted, other));
      expect(held.slice(held.indexOf(true))).not.toContain(false);
      expect(held[0]).toBe(partitionName(wanted) === partitionName(other));
      expect(held.at(-1)).toBe(true);
    }),
  );
});

it('takes an approach to a low from above for what one to a high from below is upside down', () => {
  const wanted = { levelKind: 'PM_HIGH', direction: 'UP', timeOfDay: 'T0_15' } as const;
  const on = (levelKind: 'OR_HIGH' | 'OR_LOW' | 'EMA_20', direction: 'UP' | 'DOWN') =>
    RUNGS.find((rung) => isOnRung(rung, wanted, { levelKind, direction, timeOfDay: 'T0_15' }));
  expect(on('OR_HIGH', 'UP')).toBe('level family');
  expect(on('OR_LOW', 'DOWN')).toBe('mirrored direction');
  expect(on('OR_HIGH', 'DOWN')).toBe('all');
  expect(on('EMA_20', 'UP')).toBe('all');
});
