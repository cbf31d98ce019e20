/** What the live worker has said of a session, from the hub `inference_results`. */
import { earliestEventPosition, type EventHubConsumerClient, type Subscription } from '@azure/event-hubs';
import { inferenceResult, type InferenceResult } from '../../../graph/scoring/inferenceResult';
import { partitionOf } from './hubContents';

const IDLE_SECONDS = 1;

export class ResultsRead {
  private results: InferenceResult[] = [];
  private readonly subscription: Promise<Subscription>;

  /** @param onFault told of what keeps them from being read; the SDK goes on trying */
  constructor(
    private readonly consumer: EventHubConsumerClient,
    private readonly contract: string,
    private readonly tradeDate: string,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.subscription = this.subscribe();
    this.subscription.catch(onFault);
  }

  /** What has come since it was last asked, of touches and approaches up to a time, ns UTC: of those after it, the market is not there yet. */
  upTo(time: bigint): InferenceResult[] {
    const isOver = ({ episode }: InferenceResult) => BigInt(episode.at) <= time;
    const over = this.results.filter(isOver);
    if (over.length > 0) this.results = this.results.filter((result) => !isOver(result));
    return over;
  }

  async close(): Promise<void> {
    await this.subscription.then(
      (subscription) => subscription.close(),
      () => undefined,
    );
  }

  private async subscribe(): Promise<Subscription> {
    const { consumer, contract, tradeDate } = this;
    return consumer.subscribe(
      await partitionOf(consumer, contract),
      {
        processEvents: (events) => {
          for (const { body } of events) {
            const parsed = inferenceResult.safeParse(body);
            // Of another version of the schema, or no result at all: those of other programs.
            if (!parsed.success) continue;
            const { episode } = parsed.data;
            if (episode.contract === contract && episode.tradeDate === tradeDate)
              this.results.push(parsed.data);
          }
          return Promise.resolve();
        },
        processError: (error) => {
          this.onFault(error);
          return Promise.resolve();
        },
      },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: IDLE_SECONDS },
    );
  }
}
