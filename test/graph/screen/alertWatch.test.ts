import { AlertWatch } from '../../../graph/screen/alertWatch';
import { ES_TICK_NANOS, resultOfTest, subjectOfTest } from '../../support/alerts';

const touch = subjectOfTest();
const approach = subjectOfTest({ id: 'ESH4-20240306-PM_HIGH-UP-1/approach' });
const second = 1e9;
let watch: AlertWatch;
beforeEach(() => (watch = new AlertWatch(ES_TICK_NANOS)));

test('an alert waits for its answer, and is told with it', () => {
  watch.noticed(touch, 0);
  expect(watch.due(second)).toEqual([]);
  expect(watch.answered(resultOfTest(touch))).toMatchObject({
    id: touch.id,
    answer: { says: 'frequencies', n: 50 },
  });
  expect(watch.due(1e6 * second)).toEqual([]);
});

test('without one it is told all the same, and again with the answer when that comes', () => {
  watch.noticed(touch, 0);
  expect(watch.due(2 * second)).toMatchObject([{ id: touch.id, answer: { says: 'nothing' } }]);
  expect(watch.answered(resultOfTest(touch))).toMatchObject({
    id: touch.id,
    answer: { says: 'frequencies' },
  });
});

test('what was told is not told again: noticed twice, answered twice, answered before it was noticed', () => {
  expect(watch.answered(resultOfTest(touch))).toBeDefined();
  expect(watch.answered(resultOfTest(touch))).toBeUndefined();
  watch.noticed(touch, 0);
  watch.noticed(approach, 0);
  watch.noticed(approach, second);
  expect(watch.due(9 * second).map(({ id }) => id)).toEqual([approach.id]);
  watch.noticed(approach, 9 * second);
  expect(watch.due(99 * second)).toEqual([]);
});
