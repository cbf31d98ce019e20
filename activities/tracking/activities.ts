/** The activity that tells an MLflow server of a training. The models are in the lake by then: what MLflow does not take costs nothing else. */
import { Context } from '@temporalio/activity';
import { SpymasterError } from '../../graph/errors';
import type { ModelCard } from '../../graph/models/card';
import { beating } from '../beating';
import { ModelRegistry } from '../models/registry';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { MlflowClient } from './mlflowClient';
import type { MlflowServer } from './mlflowConnection';
import { trackTraining, type Trained, type TrackedTraining } from './trackTraining';

export interface Tracking {
  server: MlflowServer;
  /** A card as an HTML page. */
  cardPage: (card: ModelCard) => string;
}

/** What MLflow has of a training, or why it has not. */
export type TrackingResult = { trackingUri: string } & (TrackedTraining | { problem: string });

export type TrackingActivities = ReturnType<typeof createTrackingActivities>;

export function createTrackingActivities(settings: StageSettings, tracking: Tracking | undefined) {
  return {
    /** Null where no server is configured any more. */
    async trackTraining(trained: Trained): Promise<TrackingResult | null> {
      if (!tracking) return null;
      const { server, cardPage } = tracking;
      const { trackingUri } = server;
      const { info, log } = Context.current();
      const { workflowId = '', runId: workflowRun = '' } = info.workflowExecution ?? {};
      try {
        return await beating(async (signal) => {
          const registry = new ModelRegistry(await sharedLake(settings));
          const how = { cardPage, workflowId, workflowRun, signal };
          return { trackingUri, ...(await trackTraining(new MlflowClient(server), registry, trained, how)) };
        });
      } catch (error) {
        if (!(error instanceof SpymasterError) || error.code === 'Cancelled') throw error;
        log.warn(`The training is not tracked in MLflow: ${error.message}`);
        return { trackingUri, problem: error.message };
      }
    },
  };
}
