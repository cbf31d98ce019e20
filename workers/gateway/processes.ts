/** How what runs beside the lake is, asked of each once for all who want to know. */
import { answerLatency } from '../../activities/reports/answerLatency';
import type { ProcessesAnswer } from '../../graph/api/processes';
import { knownLakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { checkpoints, type Checkpoint } from '../live/savedProgress';
import { serverState, type ServerState } from '../temporal/serverState';
import type { GatewayMetrics } from './gatewayMetrics';
import type { Screens } from './stream/screens';

/** For so long an answer is as good as a new one, ms. */
const GOOD_FOR_MS = 2000;
/** A session that nobody follows and whose state is older is one that was left, not one that goes on, ms. */
const LEFT_AFTER_MS = 86_400_000;

export interface ProcessesOptions {
  readonly lake: Lake;
  readonly screens: Pick<Screens, 'hub'>;
  readonly metrics: Pick<GatewayMetrics, 'frameLatency'>;
}

export class Processes {
  private held: { readonly until: number; readonly answer: Promise<ProcessesAnswer> } | undefined;

  constructor(private readonly options: ProcessesOptions) {}

  now(): Promise<ProcessesAnswer> {
    const now = performance.now();
    if (!this.held || this.held.until <= now) {
      const held = { until: now + GOOD_FOR_MS, answer: this.ask() };
      this.held = held;
      held.answer.catch(() => {
        if (this.held === held) this.held = undefined;
      });
    }
    return this.held.answer;
  }

  private async ask(): Promise<ProcessesAnswer> {
    const { lake, screens, metrics } = this.options;
    const [server, kept, answers, frames] = await Promise.all([
      knownLakeId(lake.store).then(serverState),
      checkpoints(lake.store),
      answerLatency(lake),
      metrics.frameLatency(),
    ]);
    const { address, up, problem = null, workers, build } = server;
    return {
      server: { address, up, problem },
      workers: workers.map(({ process, takes, build: runs }) => ({
        process,
        takes,
        isCurrent: build === null || runs === build,
      })),
      hub: screens.hub(),
      sessions: sessionsOf(server, kept),
      answers,
      frames,
    };
  }
}

/** Those the server knows of, and those that `spymaster live` follows without it. */
function sessionsOf({ sessions }: ServerState, kept: readonly Checkpoint[]): ProcessesAnswer['sessions'] {
  const found = new Map<string, ProcessesAnswer['sessions'][number]>();
  const nothing = { phase: null, behind: null, lagMs: null, results: null, toldAt: null };
  for (const { contract, tradeDate, at } of kept)
    if (Date.now() - at < LEFT_AFTER_MS)
      found.set(`${contract} ${tradeDate}`, {
        contract,
        tradeDate,
        ...nothing,
        checkpointAt: new Date(at).toISOString(),
      });
  for (const { progress } of sessions) {
    if (!progress || progress.contract === null || progress.tradeDate === null) continue;
    const { contract, tradeDate, position } = progress;
    const key = `${contract} ${tradeDate}`;
    found.set(key, {
      contract,
      tradeDate,
      phase: position?.phase ?? progress.phase,
      behind: position?.behind ?? null,
      lagMs: position?.lagMs ?? null,
      results: position?.results ?? null,
      toldAt: position?.at ?? null,
      checkpointAt: found.get(key)?.checkpointAt ?? null,
    });
  }
  return [...found.values()];
}
