/** How what runs beside the lake is, asked of each once for all who want to know. */
import { answerLatency } from '../../activities/reports/answerLatency';
import type { ProcessesAnswer } from '../../graph/api/processes';
import { knownLakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { keptPosition } from '../live/keptPosition';
import { checkpoints } from '../live/savedProgress';
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
    const [server, kept, answers, frames, hub] = await Promise.all([
      knownLakeId(lake.store).then(serverState),
      keptSessions(lake),
      answerLatency(lake),
      metrics.frameLatency(),
      screens.hub(),
    ]);
    const { address, up, problem = null, workers, build } = server;
    return {
      server: { address, up, problem },
      workers: workers.map(({ process, takes, build: runs }) => ({
        process,
        takes,
        isCurrent: build === null || runs === build,
      })),
      hub,
      sessions: sessionsOf(server, kept),
      answers,
      frames,
    };
  }
}

type Session = ProcessesAnswer['sessions'][number];

/** Those that have not ended, as the lake has them. */
async function keptSessions({ store }: Lake): Promise<Session[]> {
  const kept = (await checkpoints(store)).filter(({ at }) => Date.now() - at < LEFT_AFTER_MS);
  return Promise.all(
    kept.map(async ({ contract, tradeDate, at }) => {
      const position = await keptPosition(store, { contract, tradeDate });
      return {
        contract,
        tradeDate,
        phase: position?.phase ?? null,
        behind: position?.behind ?? null,
        lagMs: position?.lagMs ?? null,
        market: position?.market ?? null,
        results: position?.results ?? null,
        toldAt: position?.at ?? null,
        checkpointAt: new Date(at).toISOString(),
      };
    }),
  );
}

/** Those the server knows of, and those that `spymaster live` follows without it. */
function sessionsOf({ sessions }: ServerState, kept: readonly Session[]): Session[] {
  const keyOf = ({ contract, tradeDate }: Pick<Session, 'contract' | 'tradeDate'>) =>
    `${contract} ${tradeDate}`;
  const found = new Map(kept.map((session) => [keyOf(session), session]));
  for (const { progress } of sessions) {
    if (!progress || progress.contract === null || progress.tradeDate === null) continue;
    const { contract, tradeDate, position } = progress;
    const key = keyOf({ contract, tradeDate });
    found.set(key, {
      contract,
      tradeDate,
      phase: position?.phase ?? progress.phase,
      behind: position?.behind ?? null,
      lagMs: position?.lagMs ?? null,
      market: position?.market ?? null,
      results: position?.results ?? null,
      toldAt: position?.at ?? null,
      checkpointAt: found.get(key)?.checkpointAt ?? null,
    });
  }
  return [...found.values()];
}
