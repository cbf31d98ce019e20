/** What Prometheus is told of a scorer. */
import { instruments } from '../observing/instruments';
import { METRICS } from '../observing/metrics';
import { processRegistry } from '../observing/observe';

export class ScoreMetrics {
  readonly registry = processRegistry('score-server');
  private readonly told = instruments(this.registry, METRICS.SCORE);

  answered(status: number, seconds: number): void {
    this.told.requests.inc({ status });
    this.told.seconds.observe(seconds);
  }

  answeredPrecedents(status: number, seconds: number): void {
    this.told.precedentRequests.inc({ status });
    this.told.precedentSeconds.observe(seconds);
  }

  forecast(rows: number, basis: string): void {
    this.told.rows.inc({ basis }, rows);
  }

  serves(product: string, model: string | null, edgeShown: boolean): void {
    this.told.served.reset();
    this.told.served.set(
      { product, model: model ?? 'base rates', edge: edgeShown ? 'shown' : 'not shown' },
      1,
    );
  }

  refreshFailed(): void {
    this.told.failedRefreshes.inc();
  }
}
