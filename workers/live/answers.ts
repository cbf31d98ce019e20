/** What model and precedents say of a touch. One that fails does not keep the other from answering. */
import type { Scorer } from '../../activities/models/scorer';
import { precedentsOf, type SessionIndex } from '../../graph/precedents/precedentsOf';
import { inferenceResultOf, type Answered, type InferenceResult } from '../../graph/scoring/inferenceResult';
import type { PrecedentsAnswer } from '../../graph/precedents/answer';
import { scoreRowOf, touchOf } from '../../graph/scoring/touched';
import type { SessionFrame } from '../../graph/session/inputs';
import type { EpisodeVector } from '../../graph/vectors/vectorBuilder';
import { nowNs } from './clock';

type Models = Pick<Scorer, 'problemsOf' | 'score'>;

export class Answers {
  /** @param index for touches of the session */
  constructor(
    private readonly models: Models,
    private readonly index: Answered<SessionIndex>,
  ) {}

  /** @param received when the message of the touch came in, ns UTC */
  async of(vector: EpisodeVector, frame: SessionFrame, received: bigint): Promise<InferenceResult> {
    const [model, precedents] = await Promise.all([
      answered(() => this.forecast(vector, frame)),
      answered(() => Promise.resolve(this.precedents(vector, frame))),
    ]);
    return inferenceResultOf(vector, frame, model, precedents, { received, answered: nowNs() });
  }

  private async forecast(vector: EpisodeVector, frame: SessionFrame) {
    const row = scoreRowOf(vector, frame);
    const [problem] = this.models.problemsOf([row]);
    if (problem) return { missing: `${problem.problem.field} ${problem.problem.message}` };
    const [forecast] = await this.models.score([row]);
    return forecast;
  }

  private precedents(vector: EpisodeVector, frame: SessionFrame): Answered<PrecedentsAnswer> {
    return 'missing' in this.index ? this.index : precedentsOf(touchOf(vector, frame), this.index);
  }
}

export async function answered<Answer>(ask: () => Promise<Answered<Answer>>): Promise<Answered<Answer>> {
  try {
    return await ask();
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
