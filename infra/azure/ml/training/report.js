// @ts-check
/**
 * Logs what a training found as metrics of the run of Azure Machine Learning it is part of: `gain`, the best of its models' gains over the
 * baseline (nats an episode, out of sample), and its bounds. Plain JavaScript, for the run's folder alone.
 *
 *   node report.js outputs/training.json
 */
const fs = require('node:fs');

async function main() {
  const { models, decision } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  if (!models?.length) throw new Error('nothing was trained');
  const best = models.reduce((/** @type {any} */ one, /** @type {any} */ other) =>
    other.gainOverBaseline.value > one.gainOverBaseline.value ? other : one,
  );
  const { value, low, high } = best.gainOverBaseline;
  console.log(
    `${best.version}: gain ${value} (${low} to ${high}) over the baseline. ${decision?.words ?? ''}`,
  );
  for (const [key, figure] of Object.entries({ gain: value, gain_low: low, gain_high: high }))
    await log(key, figure);
}

/**
 * @param {string} key
 * @param {number} value
 */
async function log(key, value) {
  const { MLFLOW_TRACKING_URI: uri, MLFLOW_RUN_ID: run, MLFLOW_TRACKING_TOKEN: token } = process.env;
  if (!uri || !run)
    throw new Error(
      'MLFLOW_TRACKING_URI and MLFLOW_RUN_ID are missing: this is no run of Azure Machine Learning',
    );
  // The scheme of Azure's own plugin; it is HTTPS.
  const server = uri
    .replace(/^azureml:/, 'https:')
    .replace(/[/?]+$/, '')
    .replace(/\?.*/, '');
  const answer = await fetch(`${server}/api/2.0/mlflow/runs/log-metric`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ run_id: run, key, value, timestamp: Date.now(), step: 0 }),
  });
  if (!answer.ok) throw new Error(`${server} refuses ${key}: ${answer.status} ${await answer.text()}`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
