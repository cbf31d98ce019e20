/** Builds what a request needs by the same stages as Temporal's workers, in a thread of this process, and prints how that went. */
import { randomUUID } from 'node:crypto';
import { noteFailure } from '../../../activities/failures';
import { planBackfill } from '../../../activities/planning/plan';
import type { PlanRequest } from '../../../activities/planning/requests';
import { StagePool } from '../../../activities/pool/pool';
import { localFence } from '../../../activities/publishing/fence';
import { recordFailure } from '../../../activities/publishing/recordFailure';
import type { StageProgress, StageRequest } from '../../../activities/stages/stage';
import type { Layer } from '../../../graph/datasets/layers';
import { label } from '../../../graph/datasets/units';
import { buildInOrder, overallStatus, type LayerOutcome } from '../../../graph/planning/layerOutcomes';
import type { PlanItem } from '../../../graph/planning/items';
import type { Config } from '../../config';
import { exportLineage } from '../../observing/lineageExport';
import { STAGE_THREAD } from '../../stageThread';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson, printTable } from '../terminal/output';
import { withProgress } from '../terminal/progress';
import { describeStage } from '../terminal/stageProgress';

interface Built extends Pick<PlanItem, 'scope'> {
  layers: LayerOutcome[];
}

/**
 * Sets the exit code: partial where something was not built, or there are no data.
 * @param json whether to print one JSON document
 */
export async function buildHere(request: PlanRequest, config: Config, json = false): Promise<void> {
  const force = request.reprocess === 'all';
  const { items, upToDate, withoutData, missing, closed } = await planBackfill(request, config);
  if (items.length === 0 && !json)
    note(missing.map(({ reason }) => reason).join('\n') || (closed ?? 'Everything is up to date.'));

  const builds: Built[] = [];
  const pool = new StagePool(1, config, STAGE_THREAD);
  const endLineage = exportLineage({ warn: (_fields: object, message?: string) => note(message!, 'warn') });
  try {
    await untilInterrupted(async (signal) => {
      try {
        for (const item of items) builds.push(await buildItem(item, force, pool, config, signal));
      } catch (error) {
        if (!signal.aborted) throw error;
        process.exitCode = EXIT.interrupted;
      }
    });
  } finally {
    await pool.close();
    await endLineage();
  }
  if (json) printJson({ builds, upToDate, withoutData, missing, closed });
  else if (builds.length > 0) printBuilds(builds);
  const complete = builds.every((build) => isComplete(build));
  if (!process.exitCode)
    process.exitCode = complete && withoutData.length === 0 && closed === null ? EXIT.ok : EXIT.partial;
}

/** The first sessions of a product have nothing before them to be normalised by: that is no failure. */
const isComplete = ({ scope, layers }: Built) =>
  ['published', 'current', ...(scope.unit === 'contract-date' ? [] : ['no_data'])].includes(
    overallStatus(layers),
  );

async function buildItem(
  { scope, layers }: PlanItem,
  force: boolean,
  pool: StagePool,
  config: Config,
  signal: AbortSignal,
): Promise<Built> {
  const run = { workflowId: 'local', runId: randomUUID() };
  const build = async (layer: Layer): Promise<LayerOutcome> => {
    const since = Date.now();
    const request: StageRequest = { layer, scope, force, run, fence: localFence(since) };
    try {
      const { status, rows, seconds, reason } = await withProgress((line) => {
        const progress = (at: StageProgress) => line.show(`${label(scope)} ${layer}: ${describeStage(at)}`);
        return pool.run(request, { signal, progress });
      });
      return { layer, status, rows, seconds, reason };
    } catch (error) {
      if (signal.aborted) throw error;
      const { type, message } = noteFailure(error);
      await recordFailure({ layer, scope, run, since, type, message }, config);
      return { layer, status: 'failed', rows: {}, seconds: 0, reason: `${type}: ${message}` };
    }
  };
  return { scope, layers: await buildInOrder(layers, build) };
}

function printBuilds(builds: readonly Built[]): void {
  printTable(
    ['partition', 'layer', 'status', 'rows', 'seconds', 'reason'],
    builds.flatMap(({ scope, layers }) =>
      layers.map(({ layer, status, rows, seconds, reason }) => [
        label(scope),
        layer,
        status,
        Object.values(rows).reduce((sum, count) => sum + count, 0),
        seconds.toFixed(1),
        reason ?? '',
      ]),
    ),
  );
}
