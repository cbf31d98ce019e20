/** Python's scikit-learn and onnx, independent implementations of what models are, in a virtual environment made once a user. */
import { describeWith, pythonWith, runPython } from './pythonVenv';

const PACKAGES = ['numpy==2.3.3', 'scipy==1.16.2', 'scikit-learn==1.7.2', 'onnx==1.19.0'];

const PYTHON = pythonWith('venv-models', PACKAGES, ['numpy', 'scipy', 'sklearn', 'onnx']);

/** `describe` beside scikit-learn and onnx; without them, says so loudly and skips. */
export const describeWithModelPeers: jest.Describe = describeWith(
  PYTHON,
  'no Python with pip for scikit-learn and onnx',
);

/** Runs a script, given `input` on stdin, and returns what it prints as JSON. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export const runModelPeer = <T>(script: string, input: string | Uint8Array): T =>
  runPython<T>(PYTHON!, script, [], input);
