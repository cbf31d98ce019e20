import { foremost } from '../../../activities/models/cards';
import { promote } from '../../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { modelVersion } from '../../support/models';

const WRITER = localWriter('ann');

test('what is shown of the models is the champion, whatever was published after it; without one the latest', async () => {
  const registry = new ModelRegistry(await Lake.open(temporaryFolder(), TABLES));
  expect(await foremost(registry)).toBeUndefined();
  for (const model of ['transformer', 'logistic', 'boosting'])
    await registry.publish(modelVersion({ model }), WRITER);
  expect(await foremost(registry)).toMatchObject({ model: 'boosting' });
  const request = { product: 'ES', reference: 'logistic@1', alias: 'champion', by: 'ann' } as const;
  await promote(registry, { ...request, despiteGate: 'a trial' }, WRITER);
  expect(await foremost(registry)).toMatchObject({ model: 'logistic', version: 1 });
});
