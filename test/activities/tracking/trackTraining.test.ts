import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { MlflowClient } from '../../../activities/tracking/mlflowClient';
import { trackTraining } from '../../../activities/tracking/trackTraining';
import { TABLES } from '../../../graph/catalog/declaration';
import { versionText, type ModelRecord } from '../../../graph/models/registry/modelVersion';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { modelVersion } from '../../support/models';
import { trained } from '../../support/trained';

type Answer = [status: number, body: object];
interface Asked {
  call: string;
  body: Record<string, unknown>;
}

const NONE: Answer = [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'there is none' }];

/** What a server answers that has the version already; of the rest what `more` says. */
async function serverWith(
  { digest }: ModelRecord,
  more: (asked: Asked) => Answer | undefined = () => undefined,
) {
  const asked: Asked[] = [];
  let runs = 0;
  const version = { version: '4', tags: [{ key: 'spymaster.digest', value: digest }] };
  const usual: Record<string, () => Answer> = {
    'experiments/get-by-name': () => [200, { experiment: { experiment_id: '7' } }],
    'runs/create': () => [
      200,
      { run: { info: { run_id: `run-${runs++}`, artifact_uri: 'mlflow-artifacts:/x' } } },
    ],
    'model-versions/search': () => [200, { model_versions: [version] }],
    'registered-models/alias': () => NONE,
  };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const call = request.url!.replace('/api/2.0/mlflow/', '').replace(/\?.*/, '');
      const one = { call, body: text === '' ? {} : (JSON.parse(text) as Asked['body']) };
      asked.push(one);
      const [status, body] = more(one) ?? usual[call]?.() ?? [200, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new MlflowClient({
    trackingUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return {
    client,
    asked,
    server,
    of: (call: string) => asked.filter((one) => one.call === call).map(({ body }) => body),
  };
}

const HOW = {
  cardPage: () => '<p>card</p>',
  workflowId: 'retrain-ES',
  workflowRun: 'r-1',
  signal: new AbortController().signal,
};

let registry: ModelRegistry;
let record: ModelRecord;
beforeAll(async () => {
  registry = new ModelRegistry(await Lake.open(temporaryFolder(), TABLES));
  record = await registry.publish(modelVersion(), localWriter('ann'));
});

test('a training is a run, with one beneath it for every trial, and its folds as steps', async () => {
  const { client, of, server } = await serverWith(record);
  const tracked = await trackTraining(client, registry, trained(versionText(record)), HOW);
  server.close();
  expect(tracked).toMatchObject({
    experiment: 'spymaster-ES',
    runId: 'run-0',
    models: [{ model: 'logistic@1', registered: 'spymaster-ES-logistic', version: '4', logged: false }],
  });
  const [parent, ...trials] = of('runs/create');
  expect(parent.tags).toContainEqual({ key: 'spymaster.training_run', value: 'r-1' });
  expect(new Set(trials.map(({ run_name: name }) => name))).toEqual(
    new Set(['boosting 1', 'logistic 1', 'logistic 2']),
  );
  for (const { tags } of trials) expect(tags).toEqual([{ key: 'mlflow.parentRunId', value: 'run-0' }]);
  const logged = of('runs/log-batch') as { run_id: string; metrics: object[]; params: object[] }[];
  expect(logged).toHaveLength(4);
  const whole = logged.find(({ run_id: id }) => id === 'run-0')!;
  expect(whole.metrics).toMatchObject([
    { key: 'logistic_loss', step: 0, value: expect.closeTo((1.05 * 10 + 1.02 * 11) / 21, 12) as number },
    { key: 'logistic_loss', step: 1, value: expect.closeTo(1.4, 12) as number },
    { key: 'boosting_loss', step: 0 },
  ]);
  const first = logged.find(({ params }) => JSON.stringify(params).includes('"1000"'))!;
  expect(first.params).toEqual([
    { key: 'family', value: 'logistic' },
    { key: 'ridge', value: '1000' },
  ]);
  expect(first.metrics).toMatchObject([
    { key: 'fold_loss', step: 0, value: expect.closeTo(1.05, 12) as number },
    { key: 'fold_episodes', step: 0, value: 10 },
    { key: 'fold_loss', step: 1, value: expect.closeTo(1.02, 12) as number },
    { key: 'fold_episodes', step: 1, value: 11 },
    { key: 'loss' },
    { key: 'folds', value: 2 },
  ]);
  expect(of('runs/update').map(({ status }) => status)).toEqual(Array(4).fill('FINISHED'));
});

test('one that was logged whole is not logged again', async () => {
  const { client, of, server } = await serverWith(record, ({ call, body }) =>
    call === 'runs/search' && String(body.filter).includes(`"spymaster.training_run" = 'r-1'`)
      ? [200, { runs: [{ info: { run_id: 'known' } }] }]
      : undefined,
  );
  expect(await trackTraining(client, registry, trained(versionText(record)), HOW)).toMatchObject({
    runId: 'known',
  });
  server.close();
  expect(of('runs/create')).toEqual([]);
});

test('one that the server refuses half way is marked as failed', async () => {
  const { client, of, server } = await serverWith(record, ({ call, body }) =>
    call === 'runs/create' && body.run_name === 'boosting 1' ? [400, { message: 'no more runs' }] : undefined,
  );
  await expect(trackTraining(client, registry, trained(versionText(record)), HOW)).rejects.toMatchObject({
    message: 'The MLflow server refused: no more runs',
  });
  server.close();
  expect(of('runs/update')).toContainEqual(expect.objectContaining({ run_id: 'run-0', status: 'FAILED' }));
});
