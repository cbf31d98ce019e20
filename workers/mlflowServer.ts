/** The MLflow server of the configuration; who asks is told by the environment alone, so that no configuration shows it. */
import type { MlflowServer } from '../activities/tracking/mlflowClient';
import type { Config } from './config';

/** Undefined where none is configured. */
export function mlflowServer(
  { mlflow }: Pick<Config, 'mlflow'>,
  environment = process.env,
): MlflowServer | undefined {
  if (!mlflow) return undefined;
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: username,
    MLFLOW_TRACKING_PASSWORD: password,
  } = environment;
  return { ...mlflow, token, username, password };
}
