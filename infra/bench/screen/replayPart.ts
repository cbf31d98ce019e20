/** A recorded session on a screen: how soon it is seen when it is opened first, and when another time of it is wanted. */
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { layersOf } from '../../../graph/datasets/layers';
import { contractDate } from '../../../graph/datasets/units';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { localFence } from '../../../activities/publishing/fence';
import { runStage } from '../../../activities/stages/stages';
import { simulateInto } from '../../../workers/simulator/simulateInto';
import { sized } from '../size';
import type { BenchResult } from '../types';
import { GatewayProcess } from './gatewayProcess';
import { ScreenClient } from './screenClient';

const CONTRACT = 'ESH4';
const DATE = '2024-03-05';
const EVENTS = sized(12_000_000, 10_000);
const SEEKS = sized(40, 3);

/** @param events of the session, in place of those of a normal day */
export async function replayPart(folder: string, events = EVENTS): Promise<BenchResult[]> {
  const lake = join(folder, 'recorded');
  await builtSession(folder, lake, events);
  const gateway = await GatewayProcess.start(lake);
  try {
    const started = performance.now();
    const screen = await ScreenClient.open(gateway.address, { do: 'replay', contract: CONTRACT, date: DATE });
    await screen.until(() => screen.frames > 0);
    const opened = performance.now() - started;
    await screen.until(() => screen.latest('status')?.progress === 1);
    const whole = performance.now() - started;
    const { hours } = screen.latest('hello')!;
    const taken: number[] = [];
    for (let k = 0; k < SEEKS; k++) {
      // Forth and back over the day, never the same twice.
      const share = (k * 0.618_034) % 1;
      taken.push(await seek(screen, hours.globexOpen + share * (hours.rthClose - hours.globexOpen)));
    }
    screen.close();
    const sorted = taken.sort((a, b) => a - b);
    const slowest = sorted[sorted.length - 1];
    const note = `${events} events`;
    return [
      {
        name: 'a recorded session opened for the first time, at the open',
        value: opened / 1000,
        unit: 's',
        note,
      },
      {
        name: 'the same, until all of it can be played',
        value: whole / 1000,
        unit: 's',
        note: 'what is there already can be played meanwhile',
      },
      {
        name: 'seek in replay, the slowest',
        value: slowest,
        unit: 'ms',
        target: { wanted: '<= 1000', reached: slowest <= 1000 },
        note: `of ${taken.length} over the day, until its market is there; median ${sorted[sorted.length >> 1].toFixed(0)} ms`,
      },
    ];
  } finally {
    await gateway.stop();
  }
}

/** Until the market of that time has come, ms. */
async function seek(screen: ScreenClient, at: number): Promise<number> {
  const { frames } = screen;
  const ready = (screen.told.get('ready') ?? 0) + 1;
  const asked = performance.now();
  screen.ask({ do: 'seek', at: Math.round(at) });
  await screen.until(() => screen.told.get('ready') === ready && screen.frames > frames);
  return performance.now() - asked;
}

async function builtSession(folder: string, location: string, events: number): Promise<void> {
  const { files } = await simulateInto(join(folder, 'raw-recorded'), {
    symbol: 'ES',
    from: DATE,
    days: 1,
    events,
    strength: 0.15,
    seed: 1,
    options: false,
  });
  const lake = await Lake.open(location, TABLES);
  for (const { path } of files) await lake.raw.import(path);
  const scope = contractDate(CONTRACT, DATE);
  const settings = { lake: location, features: DEFAULT_SETTINGS };
  const context = { progress: () => {}, signal: new AbortController().signal };
  for (const layer of layersOf('contract-date'))
    await runStage(
      { layer, scope, run: { workflowId: 'bench', runId: DATE }, fence: localFence(Date.now()) },
      context,
      settings,
    );
}
