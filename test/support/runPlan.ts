/** Carries out a plan with the real stages, in this thread. */
import type { BackfillPlan } from '../../activities/planning/plan';
import { localFence } from '../../activities/publishing/fence';
import { runStage, type StageSettings } from '../../activities/stages/stages';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { keyText } from '../../graph/datasets/units';
import type { PlanItem } from '../../graph/planning/items';
import { QUIETLY } from './simulatedLake';

/** Each build is scheduled after the last one, as a server would: its fence is no later attempt at the one before. */
let scheduled = Date.now();

/**
 * Builds what is planned, several at once where nothing waits for another. Returns how each layer ended, as
 * `silver ESH4/2024-03-05 published`.
 */
export async function runPlan(
  { items }: Pick<BackfillPlan, 'items'>,
  settings: StageSettings,
  graph?: DatasetGraph,
): Promise<string[]> {
  const begun: Promise<string[]>[] = [];
  const build = async (item: PlanItem): Promise<string[]> => {
    const places = item.after.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, k) => first + k),
    );
    await Promise.all(places.map((place) => begun[place]));
    const ended: string[] = [];
    for (const layer of item.layers) {
      const request = {
        layer,
        scope: item.scope,
        fence: localFence(++scheduled),
        run: { workflowId: 'test', runId: 'run' },
      };
      const { status } = await runStage(request, QUIETLY, settings, graph);
      ended.push(`${layer} ${keyText(item.scope)} ${status}`);
    }
    return ended;
  };
  for (const item of items) begun.push(build(item));
  return (await Promise.all(begun)).flat();
}
