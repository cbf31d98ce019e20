/**
 * The MLflow server of the configuration; who asks is told by the environment alone, or by the vault it refers to, so that no configuration
 * shows it.
 */
import type { MlflowServer } from '../activities/tracking/mlflowConnection';
import type { Config } from './config';
import { readSecret } from '../lake/secrets/readSecret';

/** Undefined where none is configured. @throws SpymasterError as `readSecret` does */
export async function mlflowServer(
  { mlflow, vault }: Pick<Config, 'mlflow' | 'vault'>,
  environment = process.env,
): Promise<MlflowServer | undefined> {
  if (!mlflow) return undefined;
  const secret = async (name: string) => environment[name] && readSecret(environment[name], name, { vault });
  return {
    ...mlflow,
    token: await secret('MLFLOW_TRACKING_TOKEN'),
    username: environment.MLFLOW_TRACKING_USERNAME,
    password: await secret('MLFLOW_TRACKING_PASSWORD'),
  };
}
