import { positionListener } from '../../../workers/live/sessionFollower';

type Position = Parameters<Parameters<typeof positionListener>[0]>[0];

test('a disk that is full is part of where a session is, until a part has been written', () => {
  const told: Position[] = [];
  const { unwritten, kept } = positionListener((position) => told.push(position));
  kept?.(0.1);
  expect(told).toEqual([]);
  const full = new Error('the disk is full: could not write /lake/gold');
  unwritten?.(full);
  unwritten?.(full);
  kept?.(0.1);
  kept?.(0.1);
  expect(told.map((position) => position.unwritten)).toEqual([full.message, null]);
});
