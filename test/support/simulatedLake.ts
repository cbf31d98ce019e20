/** A lake of small simulated days, built by the real stages. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StageContext } from '../../activities/stages/stage';
import { runStage, type StageSettings } from '../../activities/stages/stages';
import { layersOf } from '../../graph/datasets/layers';
import { contractDate } from '../../graph/datasets/units';
import { PROJECT_ROOT } from '../../infra/root';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import type * as Simulator from '../../workers/simulator/simulateInto';

// The simulator compresses in threads, which run compiled code.
const { simulateInto } = require(
  join(PROJECT_ROOT, 'dist', 'workers', 'simulator', 'simulateInto.js'),
) as typeof Simulator;

export const QUIETLY: StageContext = { progress: () => undefined, signal: new AbortController().signal };

let fence = 0;

/** Simulates trade dates from one on, with options unless they are left out, and imports their files. */
export async function simulateLake(
  folder: string,
  lake: string,
  {
    symbol = 'ES',
    options = true,
    ...day
  }: {
    symbol?: string;
    price?: number;
    from: string;
    days: number;
    events: number;
    seed: number;
    options?: boolean;
  },
): Promise<void> {
  await simulateInto(folder, { symbol, ...day, strength: 0.8, options });
  await importFolder(folder, lake);
}

/** Imports the DBN files of a folder. */
export async function importFolder(folder: string, lake: string): Promise<void> {
  const { raw } = await Lake.open(lake, TABLES);
  for (const name of readdirSync(folder)) if (name.includes('.dbn')) await raw.import(join(folder, name));
}

/** Builds all layers of a contract-date. */
export async function buildDate(settings: StageSettings, contract: string, tradeDate: string): Promise<void> {
  for (const layer of layersOf('contract-date')) {
    const run = { workflowId: 'test', runId: 'run' };
    const { status, reason } = await runStage(
      { layer, scope: contractDate(contract, tradeDate), fence: ++fence, run },
      QUIETLY,
      settings,
    );
    if (status !== 'published') throw new Error(`${layer} of ${tradeDate}: ${status} ${reason ?? ''}`);
  }
}
