import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AZURE } from '../../support/bicep/deployments';
import { describeWith, pythonWith, runPython } from '../../support/pythonVenv';
import { LOADERS } from './machineLearningFiles';

const ML = join(AZURE, 'ml');
const PYTHON = pythonWith('venv-azure-ml', ['azure-ai-ml==1.35.2'], ['azure.ai.ml']);
const LOAD = `
import json, sys, warnings
warnings.filterwarnings('ignore')
import azure.ai.ml as ml
from io import StringIO
found = {}
for loader, name, text in json.load(sys.stdin):
    try:
        found[name] = getattr(ml, loader)(source=StringIO(text), relative_origin=sys.argv[1]).__class__.__name__
    except Exception as error:
        found[name] = 'ERROR ' + str(error)
print(json.dumps(found))
`;

describeWith(PYTHON, 'no Python with pip for azure-ai-ml')('as azure-ai-ml has it', () => {
  test('every file is what it says, and one with a key nobody knows is not', () => {
    const text = (name: string) => readFileSync(join(ML, name), 'utf8');
    const given = Object.entries(LOADERS).map(([name, loader]) => [loader, name, text(name)]);
    const wrong = Object.entries(LOADERS).map(([name, loader]) => [
      loader,
      `wrong ${name}`,
      `${text(name)}\nnobody_knows: 1\n`,
    ]);
    const found = runPython<Record<string, string>>(
      PYTHON!,
      LOAD,
      [`${ML}/job.yml`],
      JSON.stringify([...given, ...wrong]),
    );
    expect(Object.fromEntries(Object.keys(LOADERS).map((name) => [name, found[name]]))).toEqual({
      'environment.yml': 'Environment',
      'trainingEnvironment.yml': 'Environment',
      'deployment.yml': 'ManagedOnlineDeployment',
      'job.yml': 'Command',
      'sweep.yml': 'SweepJob',
    });
    for (const name of Object.keys(LOADERS)) expect(found[`wrong ${name}`]).toMatch(/^ERROR/);
  });
});
