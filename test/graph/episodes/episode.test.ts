import { timeOfDay, timesOfDay } from '../../../graph/episodes/episode';
import { at, clockOf } from '../../support/sessions';

const clock = clockOf('2024-07-10');

describe('the time of day', () => {
  it.each([
    ['2024-07-09T22:00', 'OVERNIGHT'],
    ['2024-07-10T08:00', 'PREMARKET'],
    ['2024-07-10T13:30', 'T0_15'],
    ['2024-07-10T13:44:59', 'T0_15'],
    ['2024-07-10T13:45', 'T15_30'],
    ['2024-07-10T14:00', 'T30_60'],
    ['2024-07-10T14:30', 'T60_120'],
    ['2024-07-10T15:30', 'T120_CLOSE'],
    ['2024-07-10T19:59:59', 'T120_CLOSE'],
    ['2024-07-10T20:00', 'POST'],
  ])('of %s is %s', (utc, name) => {
    expect(timeOfDay(clock, [15, 30, 60, 120], at(clock, utc))).toBe(name);
    expect(timesOfDay([15, 30, 60, 120])).toContain(name);
  });
});
