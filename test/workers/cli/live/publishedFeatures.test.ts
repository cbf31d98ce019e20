import { FEATURES_SCHEMA, type FeaturesMessage } from '../../../../graph/scoring/featuresMessage';
import { FEATURES, GROUPS } from '../../../../graph/vectors/features';
import { FeaturesRead } from '../../../../workers/cli/live/publishedFeatures';
import { subjectOfTest } from '../../../support/alerts';
import { RepeatingHub } from '../../../support/repeatingHub';

const message = (id: string): FeaturesMessage => ({
  schema: FEATURES_SCHEMA,
  ...subjectOfTest({ id }),
  featureTable: '1',
  raw: FEATURES.map(() => null),
  masked: Object.fromEntries(GROUPS.map((group) => [group, true])) as FeaturesMessage['masked'],
  latency: { captured: '1', received: '2' },
});

test('after a hub was away what was told is not told again', async () => {
  const hub = new RepeatingHub();
  const stopping = new AbortController();
  const told: string[] = [];
  const read = await FeaturesRead.open(hub.consumer, () => true);
  const following = read.follow(async (published) => void told.push(published.message.id), stopping.signal);
  const messages = ['a', 'b', 'c'].map(message);
  await hub.deliver(1, ...messages.slice(0, 2));
  await hub.deliver(1, ...messages);
  stopping.abort();
  await following;
  expect(told).toEqual(['a', 'b', 'c']);
});
