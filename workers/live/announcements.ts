/** What goes out of a touch or an approach: its vector to the hub `features_gold`, and what is said of it to `inference_results`. */
import { featuresMessageOf, type FeaturesMessage } from '../../graph/scoring/featuresMessage';
import { inferenceResult, type InferenceResult } from '../../graph/scoring/inferenceResult';
import type { SessionFrame } from '../../graph/session/inputs';
import type { VectorEvent } from '../../graph/vectors/vectorBuilder';
import type { Answers } from './answers';
import type { Announce } from './liveSession';
import { OncePublisher, type PublisherOptions } from './oncePublisher';

export const FEATURES_HUB = 'features_gold';
export const RESULTS_HUB = 'inference_results';

export class Announcements {
  /** When everything said before has been answered. */
  private before: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly answers: Answers,
    private readonly features: OncePublisher<FeaturesMessage>,
    private readonly results: OncePublisher<InferenceResult>,
    private readonly tell: (result: InferenceResult) => void,
  ) {}

  /** @param tell is told of each result that was not there yet */
  static async open(
    to: Omit<PublisherOptions, 'hub'>,
    answers: Answers,
    tell: (result: InferenceResult) => void,
  ): Promise<Announcements> {
    const [features, results] = await Promise.all([
      OncePublisher.open<FeaturesMessage>({ ...to, hub: FEATURES_HUB }),
      OncePublisher.open<InferenceResult>({ ...to, hub: RESULTS_HUB }),
    ]);
    return new Announcements(answers, features, results, tell);
  }

  /**
   * Announces events in the order of the calls. Resolves when both hubs have what there is to say.
   * @param received when the message that completed the vector came in, ns UTC
   */
  readonly announce: Announce = async (event, frame, received) => {
    const [, result] = await Promise.all([
      this.features.publish(featuresMessageOf(event, frame, received)),
      this.answer(event, frame, received),
    ]);
    return result;
  };

  /** Results of the stream that are in the hub, by whichever worker. */
  get answered(): number {
    return this.results.count;
  }

  async close(): Promise<void> {
    await Promise.all([this.features.close(), this.results.close()]);
  }

  /** All are answered at once, and published in turn. @returns what is in the hub */
  private async answer(event: VectorEvent, frame: SessionFrame, received: bigint): Promise<InferenceResult> {
    const { before } = this;
    const answering = this.answers.of(event, frame, received);
    this.before = Promise.allSettled([before, answering]);
    await before;
    const result = await answering;
    if (await this.results.publish(result)) {
      this.tell(result);
      return result;
    }
    // Of a worker before this one, which may have spoken another version of the schema.
    return inferenceResult.safeParse(this.results.published(result.id)).data ?? result;
  }
}
