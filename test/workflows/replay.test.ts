/**
 * Recorded runs replayed against the workflows as they are now: a change that would derail a running backfill fails here.
 * After a change that is meant to do so (and no such run is to survive): `npm run record-histories`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  DefaultLogger,
  Runtime,
  Worker,
  bundleWorkflowCode,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { HISTORIES, recordHistories } from '../support/temporal/recordHistories';

const SOURCES = join(__dirname, '..', '..', 'workflows');

let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR', () => {});
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } });
  // From the sources: this is also what fails when a workflow imports what it must not.
  workflowBundle = await bundleWorkflowCode({ workflowsPath: join(SOURCES, 'index.ts'), logger });
  if (process.env.RECORD_HISTORIES) await recordHistories();
});

interface Recorded {
  events: {
    workflowExecutionStartedEventAttributes?: {
      workflowId: string;
      workflowType: { name: string };
      taskQueue: { name: string };
    };
  }[];
}
const files = () => readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
const read = (file: string) => readFileSync(join(HISTORIES, file), 'utf8');
const started = (json: string) =>
  (JSON.parse(json) as Recorded).events[0].workflowExecutionStartedEventAttributes;
/** On the queue the run was recorded on, from which workflows know their lake. */
const replay = (json: string) => {
  const { workflowId, taskQueue } = started(json)!;
  const replayName = taskQueue.name;
  return Worker.runReplayHistory({ workflowBundle, replayName }, JSON.parse(json), workflowId);
};

test('every recorded run replays deterministically', async () => {
  expect(files().length).toBeGreaterThan(0);
  for (const file of files())
    await replay(read(file)).catch((error: Error) => {
      throw new Error(`${file}: ${error.message}`);
    });
});

test('every workflow has a recorded run', () => {
  // `default` answers to names that are no workflow's.
  const { default: _, ...types } = jest.requireActual<Record<string, unknown>>('../../workflows/index');
  const recorded = files().map((file) => started(read(file))?.workflowType.name);
  expect(new Set(recorded)).toEqual(new Set(Object.keys(types)));
});

test('a run that took another way is noticed', async () => {
  const other = read('buildPartition-published.json').replaceAll('"silver"', '"copper"');
  await expect(replay(other)).rejects.toThrow('TMPRL1100');
});

test('the bundle holds nothing that reads, waits or guesses', () => {
  expect(workflowBundle.code).not.toMatch(
    /node_modules\/(zod|@temporalio\/(client|worker|activity)|@duckdb|@cloudpss)\//,
  );
  expect(workflowBundle.code.length).toBeLessThan(3_000_000);
});
