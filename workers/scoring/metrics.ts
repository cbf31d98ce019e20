/** What Prometheus is told of a scorer. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; most forecasts take a fraction of the first. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

export class ScoreMetrics {
  readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'spymaster_score_requests_total',
    help: 'Requests for forecasts, by HTTP status',
    labelNames: ['status'],
    registers: [this.registry],
  });
  private readonly rows = new Counter({
    name: 'spymaster_score_rows_total',
    help: 'Rows forecast, by what the probabilities are of',
    labelNames: ['basis'],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: 'spymaster_score_seconds',
    help: 'From a request to its answer',
    buckets: BUCKETS,
    registers: [this.registry],
  });
  private readonly precedentRequests = new Counter({
    name: 'spymaster_precedents_requests_total',
    help: 'Requests for precedents, by HTTP status',
    labelNames: ['status'],
    registers: [this.registry],
  });
  private readonly precedentSeconds = new Histogram({
    name: 'spymaster_precedents_seconds',
    help: 'From a request for precedents to its answer; the first for a session opens its index',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
    registers: [this.registry],
  });
  private readonly served = new Gauge({
    name: 'spymaster_served_model',
    help: '1 for the version that is served; base rates where there is no champion',
    labelNames: ['product', 'model', 'edge'],
    registers: [this.registry],
  });
  private readonly failedRefreshes = new Counter({
    name: 'spymaster_refresh_failures_total',
    help: 'Times the lake could not be asked for another champion, or the champion could not be served',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  answered(status: number, seconds: number): void {
    this.requests.inc({ status });
    this.seconds.observe(seconds);
  }

  answeredPrecedents(status: number, seconds: number): void {
    this.precedentRequests.inc({ status });
    this.precedentSeconds.observe(seconds);
  }

  forecast(rows: number, basis: string): void {
    this.rows.inc({ basis }, rows);
  }

  serves(product: string, model: string | null, edgeShown: boolean): void {
    this.served.reset();
    this.served.set({ product, model: model ?? 'base rates', edge: edgeShown ? 'shown' : 'not shown' }, 1);
  }

  refreshFailed(): void {
    this.failedRefreshes.inc();
  }
}
