/** What the live worker has said of a session, kept until the market that is shown has come so far. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { InferenceResult } from '../../../graph/scoring/inferenceResult';
import { PublishedResults } from '../../live/publishedResults';

export class ResultsRead {
  private results: InferenceResult[] = [];
  private readonly opened: Promise<PublishedResults | undefined>;

  /** @param onFault told of what keeps them from being read; the SDK goes on trying */
  constructor(
    consumer: EventHubConsumerClient,
    contract: string,
    tradeDate: string,
    onFault: (error: unknown) => void,
  ) {
    this.opened = PublishedResults.open({
      consumer,
      contract,
      tradeDate,
      take: (result) => this.results.push(result),
      onFault,
    }).catch((error: unknown) => {
      onFault(error);
      return undefined;
    });
  }

  /** What has come since it was last asked, of touches and approaches up to a time, ns UTC: of those after it, the market is not there yet. */
  upTo(time: bigint): InferenceResult[] {
    const isOver = ({ episode }: InferenceResult) => BigInt(episode.at) <= time;
    const over = this.results.filter(isOver);
    if (over.length > 0) this.results = this.results.filter((result) => !isOver(result));
    return over;
  }

  async close(): Promise<void> {
    await (await this.opened)?.close();
  }
}
