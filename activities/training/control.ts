/** The small activities of a training: its request, what to try next, and who becomes champion. */
import { Context } from '@temporalio/activity';
import { SpymasterError } from '../../graph/errors';
import { versionText } from '../../graph/models/registry/modelVersion';
import { suggest, type Trial } from '../../graph/models/search/tpe';
import type { Values } from '../../graph/models/search/space';
import type { FamilyName } from '../../graph/models/training/request';
import { Random } from '../../graph/random/random';
import { productsOf } from '../../graph/settings';
import { promote } from '../models/promotion';
import { ModelRegistry } from '../models/registry';
import { runOf } from '../layers';
import { parseRetrain, type RetrainInput, type RetrainRequest } from '../planning/requests';
import { fenceOf } from '../publishing/fence';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { decisionWords } from './decisionWords';
import { familyOf } from './jobs';

export interface Decision {
  /** `logistic@3`; null where no version passed the gate. */
  promoted: string | null;
  champion: string | null;
  challenger: string | null;
  /** The one sentence to read. */
  words: string;
  /** What the gate said of each version. */
  verdicts: Record<string, string[]>;
}

/** @param trackingUri of the MLflow server trainings are told to; undefined without one */
export function createTrainingControl(settings: StageSettings, trackingUri?: string) {
  return {
    /** Checks the input of a training, and says where it will be tracked. */
    planRetrain(input: RetrainInput): Promise<RetrainRequest & { tracked?: string }> {
      const request = parseRetrain(input);
      productsOf(settings.features).productOf(request.symbol);
      return Promise.resolve({ ...request, ...(trackingUri !== undefined && { tracked: trackingUri }) });
    },

    /** What a family's search tries next: its defaults first. Recorded, so that a replay asks nothing of arithmetic. */
    suggestTrial({
      family,
      trials,
      seed,
    }: {
      family: FamilyName;
      trials: readonly Trial[];
      seed: number;
    }): Promise<Values> {
      const { space, defaults } = familyOf(family);
      if (trials.length === 0) return Promise.resolve(defaults);
      const random = new Random(seed).fork(`${family} trial ${trials.length}`);
      return Promise.resolve(suggest(space, trials, random));
    },

    /** Takes this month's look at the versions, promotes the best that passes the gate, and makes the best that does not challenger. */
    async decide({ product, versions }: { product: string; versions: readonly string[] }): Promise<Decision> {
      const registry = new ModelRegistry(await sharedLake(settings));
      const { info } = Context.current();
      const writer = { ...runOf(info), fence: fenceOf(info) };
      const by = info.workflowExecution?.workflowId ?? 'retrain';
      const verdicts: Decision['verdicts'] = {};
      let promoted: string | null = null;
      const records = await Promise.all(versions.map((version) => registry.resolve(product, version)));
      const gain = (record: (typeof records)[number]) =>
        record.metrics.gain_over_baseline?.value ?? -Infinity;
      const ranked = [...records].sort((a, b) => gain(b) - gain(a));
      for (const record of ranked) {
        const reference = versionText(record);
        if (promoted !== null) break;
        try {
          const { verdict } = await promote(registry, { product, reference, alias: 'champion', by }, writer);
          promoted = reference;
          verdicts[reference] = verdict?.words ?? ['It is champion already.'];
        } catch (error) {
          if (!(error instanceof SpymasterError && error.code === 'QualityBlocked')) throw error;
          verdicts[reference] = error.message
            .split('\n')
            .slice(1)
            .map((line) => line.trim());
        }
      }
      const rest = ranked.filter((record) => versionText(record) !== promoted);
      if (rest.length > 0)
        await promote(
          registry,
          { product, reference: versionText(rest[0]), alias: 'challenger', by },
          writer,
        );
      const { champion, challenger } = await registry.aliases(product);
      const named = (target: { model: string; version: number } | null | undefined) =>
        target ? versionText(target) : null;
      const best = ranked[0];
      return {
        promoted,
        champion: named(champion?.target),
        challenger: named(challenger?.target),
        verdicts,
        words: decisionWords({
          promoted,
          best: { version: versionText(best), gain: gain(best) },
          champion: champion?.target
            ? { version: versionText(champion.target), despiteGate: champion.despiteGate }
            : null,
        }),
      };
    },
  };
}
