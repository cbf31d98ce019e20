/** The verifications over the ES evening of 2023-12-25, imported and built as a user would. */
import { join } from 'node:path';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { verifyLabels } from '../../../activities/verify/labels';
import { verifyParity } from '../../../activities/verify/parity';
import { agrees } from '../../../activities/verify/session';
import { featureSettings } from '../../../graph/settings';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { dataPath, describeWithData } from '../../support/data';
import { temporaryFolder } from '../../support/lake';
import { buildDate, QUIETLY } from '../../support/simulatedLake';

const target = { symbol: 'ES', contract: 'ESH4', tradeDate: '2023-12-26' };

describeWithData('a real evening', () => {
  const settings = {
    lake: join(temporaryFolder(), 'lake'),
    features: featureSettings.parse({
      levels: { userPrices: { ES: [4803, 4807, 4810] } },
      episodes: { sessionWindow: 'all-hours', approachTicks: 8, rearmTicks: 10, barrierTicks: 8 },
    }),
  };

  beforeAll(async () => {
    const { raw } = await Lake.open(settings.lake, TABLES);
    for (const day of ['20231224', '20231225'])
      await raw.import(dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`));
    await buildDate(settings, target.contract, target.tradeDate);
  });

  it('knows nothing of its future', async () => {
    const lake = await Lake.open(settings.lake, TABLES);
    const verdict = await verifyAsOf(lake, settings.features, { ...target, cuts: 6, seed: 1 }, QUIETLY);
    expect(verdict.comparisons.filter(({ differences }) => differences > 0)).toEqual([]);
    for (const { rows } of verdict.comparisons) expect(rows).toBeGreaterThan(3);
  });

  it('streams to what was published', async () => {
    const verdict = await verifyParity(settings, { ...target, seed: 2 }, QUIETLY);
    expect(verdict.comparisons.filter(({ differences }) => differences > 0)).toEqual([]);
    expect(verdict.restarts).toBeGreaterThan(3);
  });

  it('ends its episodes as SQL has it, those included whose end the data do not show', async () => {
    const verdict = await verifyLabels(settings, target, QUIETLY);
    expect(agrees(verdict)).toBe(true);
    const lake = await Lake.open(settings.lake, TABLES);
    const ends = await lake.query('SELECT DISTINCT ended_by FROM gold.outcomes ORDER BY 1');
    expect(ends.map(({ ended_by }) => ended_by)).toEqual(['data_end', 'horizon']);
  });
});
