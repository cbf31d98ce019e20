/** Quality reports for whoever asks over the network: the book is rebuilt for each, which takes seconds. */
import { AskedThread } from '../pool/askedThread';
import type { StageContext } from '../stages/stage';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { qualityReport, type QualityReport } from './qualityReport';

interface Asked extends Record<string, string> {
  readonly contract: string;
  readonly tradeDate: string;
}

export class ReportsThread {
  private readonly thread: AskedThread<Asked, QualityReport>;

  /** @param entry `activities/reports/thread` */
  constructor(settings: StageSettings, entry: string) {
    this.thread = new AskedThread(settings, entry, 'quality reports', (asked) => asked);
  }

  /** @throws SpymasterError as `qualityReport` does; LimitReached where too many wait */
  quality(contract: string, tradeDate: string): Promise<QualityReport> {
    return this.thread.ask({ contract, tradeDate });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

/** The thread's side. */
export async function reportIn(
  { contract, tradeDate }: Asked,
  context: StageContext,
  settings: StageSettings,
): Promise<QualityReport> {
  return qualityReport(await sharedLake(settings), contract, tradeDate, context);
}
