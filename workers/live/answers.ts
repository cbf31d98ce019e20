/** What model and precedents say of a touch or an approach. One that fails does not keep the other from answering. */
import type { Scorer } from '../../activities/models/scorer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import { summaryOf, type SessionIndex } from '../../graph/precedents/precedentsOf';
import { inferenceResultOf, type Answered, type InferenceResult } from '../../graph/scoring/inferenceResult';
import type { PrecedentsSummary } from '../../graph/precedents/answer';
import type { Forecast } from '../../graph/scoring/forecast';
import { scoreRowOf, touchOf } from '../../graph/scoring/touched';
import type { SessionFrame } from '../../graph/session/inputs';
import type { VectorEvent } from '../../graph/vectors/vectorBuilder';
import { traced } from '../observing/tracing';
import { nowNs } from './clock';
import type { LiveMetrics } from './liveMetrics';
import { triggerLike } from './triggerLike';

type Models = Pick<Scorer, 'problemsOf' | 'score'>;

/** After so many answers the code that gives them is compiled for good: after fewer, one in a hundred waits for it. Half a second. */
const WARM = 1200;

/** What a worker begins with, or why it begins without: what trying again may mend ends it, and the next one tries. */
export async function opened<Part>(open: () => Promise<Answered<Part>>): Promise<Answered<Part>> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof SpymasterError && !error.retryable) return { missing: error.message };
    throw error;
  }
}

export class Answers {
  /** @param index for touches of the session */
  constructor(
    private readonly models: Answered<Models>,
    private readonly index: Answered<SessionIndex>,
    private readonly metrics: LiveMetrics,
  ) {}

  /** @param received when the message that completed the vector came in, ns UTC */
  async of(event: VectorEvent, frame: SessionFrame, received: bigint): Promise<InferenceResult> {
    const { metrics } = this;
    const model = () => metrics.timed('modelSeconds', () => this.forecast(event, frame));
    const precedents = () => metrics.timed('precedentsSeconds', async () => this.precedents(event, frame));
    const [forecast, past] = await metrics.timed('answerSeconds', () =>
      Promise.all([
        answered(() => traced('score', {}, model)),
        answered(() => traced('precedents', {}, precedents)),
      ]),
    );
    if ('missing' in forecast) metrics.unanswered('model');
    if ('missing' in past) metrics.unanswered('precedents');
    return inferenceResultOf(event, frame, forecast, past, { received, answered: nowNs() });
  }

  /**
   * Answers what nobody asked, of the latest touches of the index: a session has a few dozen triggers, and the first of them would wait
   * for code to be compiled and base rates to be counted.
   */
  async warmUp(frame: SessionFrame): Promise<void> {
    if ('missing' in this.index) return;
    for (const touch of this.index.index.episodes.slice(-WARM)) {
      const event = triggerLike(touch, frame);
      const forecast = await answered(() => this.forecast(event, frame));
      const past = await answered(async () => this.precedents(event, frame));
      inferenceResultOf(event, frame, forecast, past, { received: 0n, answered: 0n });
      await nextTurn();
    }
  }

  private async forecast(event: VectorEvent, frame: SessionFrame): Promise<Answered<Forecast>> {
    if ('missing' in this.models) return this.models;
    const row = scoreRowOf(event, frame);
    const [problem] = this.models.problemsOf([row]);
    if (problem) return { missing: `${problem.problem.field} ${problem.problem.message}` };
    const [forecast] = await this.models.score([row]);
    return forecast;
  }

  private precedents(event: VectorEvent, frame: SessionFrame): Answered<PrecedentsSummary> {
    return 'missing' in this.index ? this.index : summaryOf(touchOf(event, frame), this.index);
  }
}

export async function answered<Answer>(ask: () => Promise<Answered<Answer>>): Promise<Answered<Answer>> {
  try {
    return await ask();
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
