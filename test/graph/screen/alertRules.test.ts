import fc from 'fast-check';
import { alertFilter, isPast, isQuiet, isWanted, quietHours } from '../../../graph/screen/alertRules';
import { alertOfTest } from '../../support/alerts';

const minute = fc.integer({ min: 0, max: 1439 });
const text = (of: number) =>
  `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;

test('quiet hours are those one comes through from their beginning to their end, over midnight too', () => {
  fc.assert(
    fc.property(minute, minute, minute, (from, to, at) => {
      let [walked, found] = [from, false];
      do {
        found ||= walked === at;
        walked = (walked + 1) % 1440;
      } while (walked !== to);
      expect(isQuiet(quietHours.parse({ from: text(from), to: text(to) }), at)).toBe(found);
    }),
  );
});

test.each(['24:00', '7:00', '07:60', ''])('%p is no time of day', (from) => {
  expect(quietHours.safeParse({ from, to: '07:00' }).success).toBe(false);
});

test.each([
  [{}, true],
  [{ triggers: ['touch'] }, true],
  [{ triggers: ['approach'] }, false],
  [{ levels: ['USER'] }, true],
  [{ levels: ['USER@5140.00'] }, true],
  [{ levels: ['USER@5141.00', 'PM_HIGH'] }, false],
  [{ levels: [] }, false],
])('a touch of USER@5140.00 is wanted by %j: %p', (filter, wanted) => {
  const alert = alertOfTest({ level: 'USER@5140.00', levelKind: 'USER' });
  expect(isWanted(alert, alertFilter.parse(filter))).toBe(wanted);
});

test.each([[{ triggers: [] }], [{ levels: ['NOWHERE'] }], [{ levels: ['PM_HIGH@5140.00'] }]])(
  '%j is no filter',
  (filter) => {
    expect(alertFilter.safeParse(filter).success).toBe(false);
  },
);

test('what lies more than two minutes back is of the past', () => {
  const at = 1_709_737_323_120;
  expect(isPast(alertOfTest(), at + 120_000)).toBe(false);
  expect(isPast(alertOfTest(), at + 120_001)).toBe(true);
});
