import { loadConfig } from '../../../workers/config';
import { loadTemporalSettings } from '../../../workers/temporal/settings';
import { observeWorker } from '../../../workers/temporal/workerMetrics';

test('whatever works for a lake tells of its stages, and of the nights that there have to be', async () => {
  const { registry, onStage } = observeWorker(loadConfig({}), loadTemporalSettings(undefined, {}));
  onStage({ line: '', about: { layer: 'bronze' }, status: 'published', rows: 7, seconds: 2 });
  const told = await registry.metrics();
  expect(told).toMatch(/^spymaster_stage_rows_total\{layer="bronze"\} 7$/m);
  expect(told).toMatch(/^spymaster_trade_date_ended_timestamp_seconds\{symbol="ES"\} \d+/m);
});
