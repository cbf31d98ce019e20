/** What live workers say of a session, from the hub `inference_results`, as they say it. */
import { earliestEventPosition, type EventHubConsumerClient, type Subscription } from '@azure/event-hubs';
import { inferenceResult, type InferenceResult } from '../../graph/scoring/inferenceResult';
import { partitionOf } from '../eventHubs/partitionOf';

const IDLE_SECONDS = 1;

export interface PublishedResultsOptions {
  /** Of the hub. */
  readonly consumer: EventHubConsumerClient;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Of those, what workers have published that took the session up where others left it. */
  readonly stream?: string;
  readonly take: (result: InferenceResult) => void;
  /** Told of what keeps them from being read; the SDK goes on trying. */
  readonly onFault: (error: unknown) => void;
}

export class PublishedResults {
  private subscription: Subscription | undefined;
  /** Sequence number of the last event that was taken. */
  private taken = -1;
  private failed = false;
  private wake = (): void => {};

  private constructor(
    private readonly options: PublishedResultsOptions,
    private readonly partition: string,
  ) {}

  /** @throws what the SDK does */
  static async open(options: PublishedResultsOptions): Promise<PublishedResults> {
    const { consumer, contract } = options;
    const read = new PublishedResults(options, await partitionOf(consumer, contract));
    read.subscribe();
    return read;
  }

  /** Resolves when all that is in the hub now has been taken, or it cannot be read. */
  async settled(): Promise<void> {
    const { isEmpty, lastEnqueuedSequenceNumber: last } = await this.options.consumer.getPartitionProperties(
      this.partition,
    );
    if (isEmpty) return;
    while (!this.failed && this.taken < last) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  async close(): Promise<void> {
    await this.subscription?.close();
  }

  private subscribe(): void {
    const { consumer, contract, tradeDate, stream, take, onFault } = this.options;
    this.subscription = consumer.subscribe(
      this.partition,
      {
        processEvents: (events) => {
          this.failed = false;
          for (const { body, sequenceNumber, properties } of events) {
            // After a hub was away the SDK begins where it first began.
            if (sequenceNumber <= this.taken) continue;
            this.taken = sequenceNumber;
            if (stream !== undefined && properties?.stream !== stream) continue;
            const { data: result } = inferenceResult.safeParse(body);
            // Of another version of the schema, or no result at all: those of other programs.
            if (result?.episode.contract === contract && result.episode.tradeDate === tradeDate) take(result);
          }
          this.wake();
          return Promise.resolve();
        },
        processError: (error) => {
          this.failed = true;
          this.wake();
          onFault(error);
          return Promise.resolve();
        },
      },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: IDLE_SECONDS },
    );
  }
}
