/**
 * What was said of a session, on its way into `gold.inference_results`: part by part as the rows of the session, each once, whoever writes
 * it. A build does not touch it, so that it is written too after a build has taken the session over.
 */
import type { SessionFrame } from '../../graph/session/inputs';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import { goldInferenceResults, inferenceRows } from '../../graph/scoring/inferenceResultsTable';
import { fenceAfter, localFence } from '../../activities/publishing/fence';
import { isTakenOver, type StreamedRun } from '../../activities/publishing/streamedLayer';
import type { Lake } from '../../lake/lake';

export class KeptAnswers {
  private constructor(
    private readonly lake: Lake,
    private readonly key: { readonly contract: string; readonly trade_date: string },
    private readonly of: Omit<StreamedRun, 'datasets'>,
    private readonly fence: number,
  ) {}

  /** Goes on where the stream's earlier worker stopped, whose place this one takes. */
  static async begin(
    lake: Lake,
    { contract, tradeDate }: SessionFrame,
    of: Omit<StreamedRun, 'datasets'>,
  ): Promise<KeptAnswers> {
    const key = { contract, trade_date: tradeDate };
    const seen = (await lake.table(goldInferenceResults).snapshot()).txns.get(fenceName(key)) ?? 0;
    return new KeptAnswers(lake, key, of, fenceAfter(localFence(Date.now()), seen));
  }

  /**
   * Writes what was said in a part, unless it has been written. The first part of a stream replaces what another stream has said.
   * @param part rising by one; results of the same touches and approaches each time
   */
  async write(part: number, results: readonly InferenceResult[]): Promise<void> {
    const { stream, run } = this.of;
    const table = this.lake.table(goldInferenceResults);
    const appId = `live-${stream}`;
    const written = (await table.snapshot()).txns.get(appId);
    if ((written ?? 0) >= part || (results.length === 0 && part > 1)) return;
    const options = {
      operation: 'keep answers',
      lineage: { inputs: [`live@${stream}`], codeVersion: '1', digest: stream, ...run },
      txn: { appId: fenceName(this.key), version: this.fence },
      stream: { appId, version: part },
    };
    const rows = [inferenceRows(results)];
    try {
      await (written === undefined
        ? table.overwritePartition(this.key, rows, options)
        : table.append(this.key, rows, options));
    } catch (error) {
      // Whoever has taken the session over writes the same part.
      if (!isTakenOver(error)) throw error;
    }
  }
}

const fenceName = ({ contract, trade_date: date }: { contract: string; trade_date: string }) =>
  `answers ${contract}/${date}`;
