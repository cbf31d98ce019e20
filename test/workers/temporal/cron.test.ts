import fc from 'fast-check';
import { calendarOf } from '../../../workers/temporal/calendars';
import { cronFault, parseCron, renderCron } from '../../../workers/temporal/cron';

const weekdays = (text: string) => parseCron(`15 18 * * ${text}`)[0].dayOfWeek;
const [SUN, MON, TUE, WED, THU, FRI, SAT] = [0, 1, 2, 3, 4, 5, 6];

test.each([
  ['MON-FRI', [MON, TUE, WED, THU, FRI]],
  ['MON-SUN', [SUN, MON, TUE, WED, THU, FRI, SAT]],
  ['FRI-SUN', [SUN, FRI, SAT]],
  ['SAT-MON', [SUN, MON, SAT]],
  ['5-7', [SUN, FRI, SAT]],
  ['7', [SUN]],
  ['0,7', [SUN]],
  ['sun-sat', [SUN, MON, TUE, WED, THU, FRI, SAT]],
  ['FRI-MON/2', [SUN, FRI]],
  ['*/2', [SUN, TUE, THU, SAT]],
  ['MON,WED-FRI', [MON, WED, THU, FRI]],
])('the weekdays %s', (text, days) => expect(weekdays(text)).toEqual(days));

test('every other field takes values, ranges, steps, lists and names', () => {
  const [times] = parseCron('0,30 9-17/4 */10 jan-MAR,12 *');
  expect(times).toMatchObject({
    minute: [0, 30],
    hour: [9, 13, 17],
    dayOfMonth: [1, 11, 21, 31],
    month: [1, 2, 3, 12],
  });
  expect(parseCron('5/20 * * * *')[0].minute).toEqual([5, 25, 45]);
  expect(parseCron('@daily')).toEqual(parseCron('0 0 * * *'));
});

test('a day of the month and a weekday mean either, unless one of them begins with a star', () => {
  const lines = (line: string) => parseCron(line).map(renderCron);
  expect(lines('0 6 1,15 * FRI')).toEqual(['0 6 1,15 * *', '0 6 * * FRI']);
  expect(lines('0 6 */2 * FRI')).toEqual(['0 6 */2 * FRI']);
});

test.each([
  ['15 18 * *', 'has 4 fields, not five'],
  ['0 15 18 * * MON', 'has 6 fields, not five'],
  ['15 18 ? * MON', 'day of the month "?"'],
  ['15 18 L * *', 'day of the month "L"'],
  ['15 18 * * FRI#3', 'weekday "FRI#3"'],
  ['15 18 15W * *', 'day of the month "15W"'],
  ['H 18 * * *', 'minute "H"'],
  ['60 18 * * *', 'minute "60": 60 is not from 0 to 59'],
  ['15 22-4 * * *', 'hour "22-4": the range runs backwards'],
  ['15 18 * NOV-FEB *', 'month "NOV-FEB": the range runs backwards'],
  ['15 18 * * MON-FUNDAY', 'FUNDAY is not from 0 to 6, nor one of SUN'],
  ['*/0 18 * * *', 'a step is from 1 to 59'],
  ['1,,2 18 * * *', 'minute ""'],
  ['@reboot', '@reboot is none of'],
  ['@every 5m', '@every 5m is none of'],
  ['TZ=UTC 15 18 * * *', 'time-zone'],
])('%s is refused by name', (line, fault) => expect(cronFault(line)).toContain(fault));

test('what is rendered means the same, and is rendered the same again', () => {
  const some = (min: number, max: number) =>
    fc.uniqueArray(fc.integer({ min, max }), { minLength: 1 }).map((found) => found.sort((a, b) => a - b));
  const times = fc.record({
    minute: some(0, 59),
    hour: some(0, 23),
    month: some(1, 12),
    dayOfMonth: fc.constant(parseCron('* * * * *')[0].dayOfMonth),
    dayOfWeek: some(0, 6),
  });
  fc.assert(
    fc.property(times, (one) => {
      expect(parseCron(renderCron(one))).toEqual([one]);
    }),
  );
});

test('ranges of a calendar rise', () => {
  const [times] = parseCron('15 18 * * SAT-MON');
  expect(calendarOf(times).dayOfWeek).toEqual([
    { start: 'SUNDAY', end: 'MONDAY' },
    { start: 'SATURDAY', end: 'SATURDAY' },
  ]);
});
