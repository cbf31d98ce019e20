import type { InferenceResult } from '../../../graph/scoring/inferenceResult';
import { PublishedResults } from '../../../workers/live/publishedResults';
import { subjectOfTest } from '../../support/alerts';
import { RepeatingHub } from '../../support/repeatingHub';

const result = (id: string): InferenceResult => ({
  schema: 'spymaster.inference_result/2',
  ...subjectOfTest({ id }),
  model: { missing: 'none' },
  precedents: { missing: 'none' },
  latency: { captured: '1', received: '2', answered: '3' },
});

test('after a hub was away what was taken is not taken again', async () => {
  const hub = new RepeatingHub();
  const taken: string[] = [];
  const read = await PublishedResults.open({
    consumer: hub.consumer,
    contract: 'ESH4',
    tradeDate: '2024-03-06',
    take: ({ id }) => void taken.push(id),
    onFault: () => {},
  });
  const results = ['a', 'b', 'c'].map(result);
  await hub.deliver(0, ...results.slice(0, 2));
  await hub.deliver(0, ...results);
  await read.close();
  expect(taken).toEqual(['a', 'b', 'c']);
});
