/** The answers of a session that is watched, a line each: all of them from the hub, or where that is not reached, the latest. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import { DEFAULT_GROUP } from '../../../infra/eventhubs/hubs';
import type { SessionResult } from '../../../workflows/marketSession';
import type { SessionProgress } from '../../../workflows/messages';
import { loadConfig } from '../../config';
import { openConsumer } from '../../eventHubs/clients';
import { hubsConnection } from '../../eventHubs/localHubs';
import { RESULTS_HUB } from '../../live/announcements';
import { PublishedResults } from '../../live/publishedResults';
import { inferenceLine } from '../summaries/inference';
import { note } from '../terminal/output';
import { answerLine } from './sessionReport';

export class SessionAnswers {
  private readonly told = new Set<string>();
  private consumer: EventHubConsumerClient | undefined;
  private opening: Promise<void> | undefined;
  private published: PublishedResults | undefined;
  /** Whether the hub is not read, so that what the worker tells of is all there is. */
  private withoutHub = false;

  /** @param tell is given each answer of the session, those from before it was watched too */
  constructor(private readonly tell: (line: string) => void) {}

  /** @param session as it is now, or as it ended */
  show({ contract, tradeDate, position }: SessionProgress | SessionResult): void {
    const stream = position?.stream;
    if (contract && tradeDate && stream) this.opening ??= this.open(contract, tradeDate, stream);
    if (!this.withoutHub) return;
    for (const latest of position?.latest ?? []) this.tellOnce(latest.id, answerLine(latest));
  }

  /** Resolves when all that has been published is told. */
  async settled(): Promise<void> {
    await this.opening;
    await this.published?.settled().catch((error: unknown) => this.goOnWithout(error));
  }

  async close(): Promise<void> {
    await this.opening;
    await this.published?.close();
    await this.consumer?.close();
  }

  private async open(contract: string, tradeDate: string, stream: string): Promise<void> {
    try {
      const connection = await hubsConnection(loadConfig());
      this.consumer = openConsumer(DEFAULT_GROUP, connection, RESULTS_HUB);
      this.published = await PublishedResults.open({
        consumer: this.consumer,
        contract,
        tradeDate,
        stream,
        take: (result) => this.tellOnce(result.id, inferenceLine(result)),
        onFault: (error) => this.goOnWithout(error),
      });
    } catch (error) {
      this.goOnWithout(error);
    }
  }

  private goOnWithout(error: unknown): void {
    if (this.withoutHub) return;
    this.withoutHub = true;
    const reason = error instanceof Error ? error.message : String(error);
    note(`Not every answer may be shown: ${RESULTS_HUB} cannot be read (${reason})`, 'warn');
  }

  private tellOnce(id: string, line: string): void {
    if (this.told.has(id)) return;
    this.told.add(id);
    this.tell(line);
  }
}
