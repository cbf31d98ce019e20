/** The files of a model as MLflow's ONNX flavour has them, so that `mlflow.onnx.load_model` and pyfunc load it. */
import { stringify } from 'yaml';
import type { ModelRecord } from '../../graph/models/registry/modelVersion';
import type { LoggedModel } from './mlflowClient';

/** What the files ask for: the versions they were loaded with in the tests. */
const REQUIREMENTS = ['mlflow>=3.0', 'onnx>=1.17', 'onnxruntime>=1.20', 'numpy'];
const PYTHON = '3.11.7';
const MLFLOW = '3.11.1';

/** Contents by path. */
export function onnxFlavor(
  { signature, createdAt }: ModelRecord,
  onnx: Uint8Array,
  { modelId, artifactUri }: LoggedModel,
  runId: string,
): Record<string, Uint8Array | string> {
  const tensor = ({ name, shape }: { name: string; shape: readonly number[] }) => ({
    name,
    type: 'tensor',
    'tensor-spec': { dtype: 'float32', shape },
  });
  const model = {
    artifact_path: artifactUri,
    flavors: {
      onnx: {
        code: null,
        data: 'model.onnx',
        onnx_session_options: null,
        onnx_version: '1.17.0',
        // MLflow's own default asks for a GPU first.
        providers: ['CPUExecutionProvider'],
      },
      python_function: {
        data: 'model.onnx',
        env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
        loader_module: 'mlflow.onnx',
        python_version: PYTHON,
      },
    },
    mlflow_version: MLFLOW,
    model_id: modelId,
    model_size_bytes: onnx.length,
    model_uuid: modelId,
    run_id: runId,
    signature: {
      inputs: JSON.stringify(signature.inputs.map(tensor)),
      outputs: JSON.stringify([tensor(signature.output)]),
      params: null,
    },
    type_hint_from_example: false,
    utc_time_created: new Date(Number(createdAt / 1_000_000n))
      .toISOString()
      .replace('T', ' ')
      .replace('Z', '000'),
  };
  return {
    MLmodel: stringify(model),
    'model.onnx': onnx,
    'requirements.txt': `${REQUIREMENTS.join('\n')}\n`,
    'conda.yaml': stringify({
      channels: ['conda-forge'],
      dependencies: [`python=${PYTHON}`, 'pip', { pip: REQUIREMENTS }],
      name: 'mlflow-env',
    }),
    'python_env.yaml': stringify({
      python: PYTHON,
      build_dependencies: ['pip', 'setuptools', 'wheel'],
      dependencies: ['-r requirements.txt'],
    }),
  };
}
