/** Files of Azure Machine Learning, and what of azure-ai-ml reads each. */
export const LOADERS: Record<string, string> = {
  'environment.yml': 'load_environment',
  'trainingEnvironment.yml': 'load_environment',
  'deployment.yml': 'load_online_deployment',
  'job.yml': 'load_job',
  'sweep.yml': 'load_job',
};
