/** Nothing is found in simulated days without a signal; in days with one, it is. As a command: it runs compiled, much faster. */
import type { SignalVerdict } from '../../../activities/verify/signal';
import { verifySignal } from '../../../activities/verify/signal';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { temporaryFolder } from '../../support/lake';
import { QUIETLY } from '../../support/simulatedLake';
import { spymaster } from '../../support/spymaster';

it('finds the signal where order flow knows how approaches end, and none where it does not', async () => {
  const environment = { SPYMASTER_LAKE: temporaryFolder() };
  const { code, stdout } = await spymaster(environment, 'verify', 'signal', '--days', '24', '--json');
  const { agrees, runs } = JSON.parse(stdout) as { agrees: boolean; runs: SignalVerdict[] };
  expect([code, agrees]).toEqual([0, true]);
  const [without, withSignal] = runs;
  expect(without).toMatchObject({ strength: 0, found: false, agrees: true });
  expect(Math.abs(without.skill)).toBeLessThan(0.05);
  expect(without.observations).toBeGreaterThan(120);
  expect(withSignal).toMatchObject({ strength: 1, found: true, agrees: true });
  expect(withSignal.interval.low).toBeGreaterThan(0.02);
});

it('refuses to judge by a few days', async () => {
  const request = { strength: 0, days: 3, seed: 1 } as const;
  await expect(verifySignal(DEFAULT_SETTINGS, request, QUIETLY)).rejects.toMatchObject({
    code: 'BadArgument',
  });
});
