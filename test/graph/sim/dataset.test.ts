import { dataKind, isSimulated, simulatedDataset } from '../../../graph/sim/dataset';

it('names a twin of every dataset, which is no venue, within the sixteen bytes of metadata', () => {
  for (const [dataset, twin] of [
    ['GLBX.MDP3', 'XSIM.MDP3'],
    ['XNAS.ITCH', 'XSIM.ITCH'],
    ['DBEQ.BASIC.LONGER.STILL', 'XSIM.BASIC.LONGE'],
    ['HOUSE', 'XSIM.HOUSE'],
  ]) {
    expect(simulatedDataset(dataset)).toBe(twin);
    expect(twin.length).toBeLessThanOrEqual(16);
    expect([isSimulated(twin), isSimulated(dataset)]).toEqual([true, false]);
  }
});

it('tells what several are together', () => {
  expect(dataKind([])).toBe('real');
  expect(dataKind(['GLBX.MDP3', 'XNAS.ITCH'])).toBe('real');
  expect(dataKind(['XSIM.MDP3', 'XSIM.MDP3'])).toBe('simulated');
  expect(dataKind(['XSIM.MDP3', 'GLBX.MDP3'])).toBe('simulated and real');
});
