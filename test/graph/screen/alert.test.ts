import { alertOf, alertSchema, alertText, alertTitle } from '../../../graph/screen/alert';
import { alertOfTest, ES_TICK_NANOS, resultOfTest, subjectOfTest } from '../../support/alerts';

const touch = subjectOfTest();

test('an alert names level, direction, distance and time, and how precedents ended with n', () => {
  const alert = alertSchema.parse(alertOf(touch, ES_TICK_NANOS, resultOfTest(touch)));
  expect(alertTitle(alert)).toBe('ESH4 touches PM_HIGH 5142.25 from below');
  expect(alertText(alert, '10:02:03')).toBe(
    '10:02:03, at 5141.75, 0.50 points away, attempt 1. Of precedents in 8 min: ' +
      'BREAK 34 % (17-68), REJECT 40 % (20-80), CHOP 26 % (13-52); n 50, effective 31.',
  );
});

test('where the evidence is not enough it says so, and why', () => {
  const precedents = { n: 7, frequencies: null, reasons: ['7 precedents, of 20 wanted'], horizonMinutes: 8 };
  const alert = alertOf(touch, ES_TICK_NANOS, { precedents } as never);
  expect(alertText(alertSchema.parse(alert), 't')).toMatch(
    /Not enough evidence, n 7: 7 precedents, of 20 wanted\.$/,
  );
});

test('where nothing answers it says that, and why', () => {
  const missing = alertOf(touch, ES_TICK_NANOS, { precedents: { missing: 'no index yet' } });
  expect(alertText(missing, 't')).toMatch(/No answer: no index yet\.$/);
  expect(alertText(alertSchema.parse(alertOfTest()), 't')).toMatch(/No answer: no answer has come yet\.$/);
});

test('a price of the user and one of small ticks are written as they are', () => {
  const own = alertOfTest({
    id: 'a',
    level: 'USER@5140.00',
    levelKind: 'USER',
    levelPrice: 5140,
    direction: 'DOWN',
  });
  expect(alertTitle(own)).toBe('ESH4 approaches USER 5140.00 from above');
  const euro = alertOf(subjectOfTest({ contract: '6EH4', levelPrice: 1.08745, price: 1.0872 }), 50_000);
  expect(alertTitle(euro)).toBe('6EH4 touches PM_HIGH 1.08745 from below');
  expect(alertText(euro, 't')).toContain('at 1.08720, 0.00025 points away');
});
