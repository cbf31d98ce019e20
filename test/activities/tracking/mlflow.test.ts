import { promote, rollBack } from '../../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { ServedModel } from '../../../activities/models/servedModel';
import { MlflowClient } from '../../../activities/tracking/mlflowClient';
import { trackTraining } from '../../../activities/tracking/trackTraining';
import { registeredName, trackAliases, trackVersion } from '../../../activities/tracking/trackVersion';
import { TABLES } from '../../../graph/catalog/declaration';
import { FEATURES } from '../../../graph/vectors/features';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { describeWithMlflow, runMlflow, startMlflow, type MlflowPeer } from '../../support/mlflow';
import { modelVersion, servableOnnx } from '../../support/models';
import { trained } from '../../support/trained';

const WRITER = localWriter('ann');
const VECTORS = [1, -2, null].map((first) => FEATURES.map(({ index }) => (index === 0 ? first : null)));

/** Python: what pyfunc and the ONNX flavour make of vectors, by whatever a model may be named. */
const PREDICT = `
import onnxruntime
x = np.array([[np.nan if v is None else v for v in row] for row in json.loads(sys.argv[3])], dtype=np.float32)
found = {}
for uri in json.loads(sys.argv[2]):
    py = mlflow.pyfunc.load_model(uri).predict({'vector': x})
    loaded = mlflow.onnx.load_model(uri)
    session = onnxruntime.InferenceSession(loaded.SerializeToString(), providers=['CPUExecutionProvider'])
    onnx = session.run(None, {'vector': x})[0]
    found[uri] = {'pyfunc': np.asarray(py['probabilities']).tolist(), 'onnx': onnx.tolist()}
try:
    mlflow.pyfunc.load_model(json.loads(sys.argv[2])[0]).predict({'vector': x[:, :5]})
    found['narrow'] = 'accepted'
except Exception as error:
    found['narrow'] = type(error).__name__
print(json.dumps(found))`;

const READ_RUN = `
client = mlflow.MlflowClient()
version = client.get_model_version_by_alias(sys.argv[2], 'champion')
run = client.get_run(version.run_id)
print(json.dumps({
    'version': version.version,
    'params': run.data.params,
    'tags': run.data.tags,
    'metrics': run.data.metrics,
    'status': run.info.status,
    'steps': len(client.get_metric_history(version.run_id, 'summed_gain_over_baseline')),
    'artifacts': sorted(a.path for a in client.list_artifacts(version.run_id)),
    'signature': mlflow.models.get_model_info(f'models:/{sys.argv[2]}@champion').signature.to_dict(),
}))`;

const READ_TRAINING = `
client = mlflow.MlflowClient()
experiment = client.get_experiment_by_name(sys.argv[2]).experiment_id
run = client.get_run(sys.argv[3])
beneath = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{sys.argv[3]}'")
named = {r.info.run_name: r.info.run_id for r in beneath}
history = lambda of, key: [m.value for m in sorted(client.get_metric_history(of, key), key=lambda m: m.step)]
print(json.dumps({
    'status': run.info.status,
    'note': run.data.tags['mlflow.note.content'],
    'params': run.data.params,
    'logistic': history(sys.argv[3], 'logistic_loss'),
    'beneath': sorted(named),
    'folds': history(named['logistic 1'], 'fold_loss'),
}))`;

const NEVER = new AbortController().signal;

describeWithMlflow('a released MLflow server', () => {
  let peer: MlflowPeer;
  let client: MlflowClient;
  beforeAll(async () => {
    peer = await startMlflow();
    client = new MlflowClient({ trackingUri: peer.uri });
  });
  afterAll(() => peer?.stop());

  it('has each version once, loads it in Python by whatever name, and knows the champion', async () => {
    const registry = new ModelRegistry(await Lake.open(temporaryFolder(), TABLES));
    const onnx = servableOnnx(1, 0.25);
    const record = await registry.publish(modelVersion({ onnx }), WRITER);
    const name = registeredName(record);
    expect(await trackVersion(client, record, onnx, { artifacts: { 'card.html': '<p>card</p>' } })).toEqual({
      version: '1',
      logged: true,
    });
    expect(await trackVersion(client, record, onnx)).toEqual({ version: '1', logged: false });
    const request = { product: 'ES', reference: 'logistic', alias: 'champion' as const, by: 'ann' };
    await promote(registry, { ...request, despiteGate: 'a test' }, WRITER);
    const sync = async () =>
      trackAliases(client, record, await registry.aliases('ES'), await registry.list());
    await sync();

    const model = await ServedModel.open(onnx, record.signature, record);
    const own = await model.probabilities(VECTORS.map((vector) => ({ vector })));
    await model.close();
    const uris = [`models:/${name}/1`, `models:/${name}@champion`];
    const found = runMlflow<Record<string, { pyfunc: number[][]; onnx: number[][] }>>(
      peer.uri,
      PREDICT,
      JSON.stringify(uris),
      JSON.stringify(VECTORS),
    );
    for (const uri of uris)
      for (const flavour of ['pyfunc', 'onnx'] as const)
        found[uri][flavour].flat().forEach((share, i) => expect(share).toBeCloseTo(own[i], 6));
    expect(found.narrow).toBe('MlflowException');

    expect(runMlflow(peer.uri, READ_RUN, name)).toMatchObject({
      version: '1',
      status: 'FINISHED',
      params: { ridge: '1000', shrinkage: '0.8', seed: '42' },
      tags: { 'spymaster.version': 'logistic@1', 'spymaster.digest': record.digest },
      metrics: { ece: 0.03, ece_low: expect.closeTo(0.02, 12), calibration_slope: 0.97 },
      steps: record.evaluation.sessions.length,
      artifacts: ['card.html', 'evaluation.json'],
      signature: { inputs: expect.stringContaining('"shape": [-1, 144]') },
    });

    await rollBack(
      registry,
      { product: 'ES', alias: 'champion', to: 'none', reason: 'x', by: 'ann' },
      WRITER,
    );
    await sync();
    expect(await client.aliased(name, 'champion')).toBeNull();
  });

  it('shows a training with its trials and versions beneath it', async () => {
    const registry = new ModelRegistry(await Lake.open(temporaryFolder(), TABLES));
    const record = await registry.publish(modelVersion({ model: 'boosting' }), WRITER);
    const how = { cardPage: () => '<p>card</p>', workflowId: 'w', workflowRun: 'r', signal: NEVER };
    const training = trained('boosting@1');
    const { runId, models } = await trackTraining(client, registry, training, how);
    expect(models).toMatchObject([{ registered: registeredName(record), version: '1', logged: true }]);
    const again = await trackTraining(client, registry, training, how);
    expect(again).toMatchObject({ runId, models: [{ version: '1', logged: false }] });
    expect(runMlflow(peer.uri, READ_TRAINING, 'spymaster-ES', runId)).toEqual({
      status: 'FINISHED',
      note: training.words,
      params: expect.objectContaining({
        snapshot: 'a1b2',
        folds: '2',
        families: 'logistic,boosting',
      }) as object,
      logistic: [expect.closeTo((1.05 * 10 + 1.02 * 11) / 21, 12), expect.closeTo(1.4, 12)],
      beneath: ['boosting 1', 'boosting@1', 'logistic 1', 'logistic 2'],
      folds: [expect.closeTo(1.05, 12), expect.closeTo(1.02, 12)],
    });
  });

  it('takes trials as runs beneath their parent, whatever they log', async () => {
    const experiment = await client.experiment('trials');
    expect(await client.experiment('trials')).toBe(experiment);
    const parent = await client.createRun(experiment, { name: 'search', startTime: 1 });
    const trial = await client.createRun(experiment, { name: 'trial 1', startTime: 2, parent: parent.runId });
    const metrics = Array.from({ length: 2500 }, (_, step) => ({
      key: 'loss',
      value: 1 / (step + 1),
      step,
      timestamp: 3,
    }));
    const params = Object.fromEntries(Array.from({ length: 230 }, (_, k) => [`p${k}`, String(k)]));
    await client.log(trial.runId, {
      metrics: [...metrics, { key: 'gap', value: NaN, timestamp: 3 }],
      params,
    });
    await client.putArtifact(trial.artifactUri, 'plots/a bü.svg', '<svg/>');
    await client.endRun(trial.runId, 'FINISHED', 4);
    const read = runMlflow<Record<string, unknown>>(
      peer.uri,
      `client = mlflow.MlflowClient()
run = client.search_runs([sys.argv[2]], f"tags.mlflow.parentRunId = '{sys.argv[3]}'")[0]
print(json.dumps({'name': run.info.run_name, 'params': len(run.data.params), 'last': run.data.metrics['loss'],
  'steps': len(client.get_metric_history(run.info.run_id, 'loss')), 'plots': [a.path for a in client.list_artifacts(run.info.run_id, 'plots')]}))`,
      experiment,
      parent.runId,
    );
    expect(read).toEqual({
      name: 'trial 1',
      params: 230,
      last: 1 / 2500,
      steps: 2500,
      plots: ['plots/a bü.svg'],
    });
    expect(Buffer.from(await client.getArtifact(trial.artifactUri, 'plots/a bü.svg')).toString()).toBe(
      '<svg/>',
    );
    await expect(client.log(trial.runId, { params: { p0: 'another' } })).rejects.toMatchObject({
      code: 'BadArgument',
      message: expect.stringContaining('The MLflow server refused'),
    });
    await expect(client.log(trial.runId, { params: { long: 'x'.repeat(6001) } })).rejects.toMatchObject({
      code: 'BadArgument',
      message: 'The param long has 6001 characters: MLflow keeps 6000',
    });
  });
});
