/** How long a contract waits for its options, by what the hub says of their partition. */
import { OptionsPatience } from '../../../workers/live/optionsPatience';

/** A lane of which is told what a test says, and a clock that goes as it says. */
function waiting({ isDry = true, timesDry = 7 } = {}) {
  const lane = { isDry, timesDry };
  let ms = 1000;
  const patience = new OptionsPatience(lane, () => ms);
  return { lane, patience, pass: (more: number) => void (ms += more) };
}

test('it is over two seconds after anything came, once the hub has said twice since that there is no more', () => {
  const { lane, patience, pass } = waiting();
  pass(1999);
  lane.timesDry += 2;
  expect(patience.isOver).toBe(false);
  pass(1);
  expect(patience.isOver).toBe(true);
  patience.renew();
  pass(2000);
  expect(patience.isOver).toBe(false);
  lane.timesDry += 1;
  expect(patience.isOver).toBe(false);
  lane.timesDry += 1;
  expect(patience.isOver).toBe(true);
});

test('a worker that was held up has not heard what came meanwhile: what the hub said before counts for nothing', () => {
  const { lane, patience, pass } = waiting();
  pass(20_000);
  expect(patience.isOver).toBe(false);
  lane.timesDry += 1;
  expect(patience.isOver).toBe(false);
});

test('a partition that has more and does not give it is waited for longer, and all of it not for ever', () => {
  const { lane, patience, pass } = waiting({ isDry: false });
  lane.timesDry += 2;
  pass(29_999);
  expect(patience.isOver).toBe(false);
  pass(1);
  expect(patience).toMatchObject({ isOver: true, hasLastedLong: false });
  patience.renew();
  pass(29_999);
  expect(patience.isOver).toBe(false);
  pass(1);
  expect(patience).toMatchObject({ isOver: true, hasLastedLong: true });
});
