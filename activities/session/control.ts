/** The small activities of a market session. */
import { Context } from '@temporalio/activity';
import { beating } from '../beating';
import { runOf } from '../layers';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { compareStreamed, type ComparedSession } from './compareStreamed';
import type { StreamedRows } from './streamedRows';

export function createSessionControl(settings: StageSettings, compare = compareStreamed) {
  return {
    /** Compares what was built with what was streamed, and records the checks. */
    async compareSession(of: {
      contract: string;
      tradeDate: string;
      streamed: StreamedRows;
    }): Promise<ComparedSession> {
      const run = runOf(Context.current().info);
      return beating(async (signal) => compare(await sharedLake(settings), { ...of, run }, signal));
    },
  };
}
