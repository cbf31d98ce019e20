/** What Prometheus is told of a gateway: what is asked of it, and what its screens are sent. */
import { Registry } from 'prom-client';
import type { Latency } from '../../graph/api/processes';
import { instruments, type Instruments } from '../observing/instruments';
import { METRICS } from '../observing/metrics';
import type { FrameKind } from './stream/outlet';

export class GatewayMetrics {
  private readonly told: Instruments<typeof METRICS.WEB>;

  /** @param registry where Prometheus finds them */
  constructor(registry = new Registry()) {
    this.told = instruments(registry, METRICS.WEB);
  }

  /** @param route as it is declared, such as `/api/sessions/:contract/:date`: addresses are without number */
  answered(route: string, status: number, seconds: number): void {
    this.told.requests.inc({ route, status });
    this.told.requestSeconds.observe({ route }, seconds);
  }

  screenOpened(): void {
    this.told.screens.inc();
  }

  screenClosed(): void {
    this.told.screens.dec();
  }

  sent(kind: FrameKind): void {
    this.told.frames.inc({ kind });
  }

  /** A frame was left out, because a screen was busy with those before: the next one has its changes too. */
  coalesced(): void {
    this.told.coalesced.inc();
  }

  /** A screen that had missed frames is sent the whole market. */
  resynced(): void {
    this.told.resyncs.inc();
  }

  /** How soon frames were sent, as far as their histogram tells: see `quantileOf`. */
  async frameLatency(): Promise<Latency> {
    const { values } = await this.told.frameSeconds.get();
    const buckets = values.flatMap(({ labels, value }) => {
      const { le } = labels as { le?: number | string };
      return typeof le === 'number' ? [{ upTo: 1000 * le, count: value }] : [];
    });
    const n = values.find(({ metricName }) => metricName?.endsWith('_count'))?.value ?? 0;
    if (n === 0) return null;
    const at = (share: number) => quantileOf(buckets, share * n);
    return { n, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
  }

  /** @param seconds from when the hub took the events of a frame until the frame was sent */
  shown(seconds: number): void {
    this.told.frameSeconds.observe(Math.max(0, seconds));
  }
}

/**
 * The value that so many are not beyond, on a line within its bucket, as Prometheus' `histogram_quantile` draws it.
 * @param buckets with the counts up to each bound, in their order
 */
function quantileOf(buckets: readonly { upTo: number; count: number }[], rank: number): number {
  const k = buckets.findIndex(({ count }) => count >= rank);
  // Beyond the last bound nothing more is known.
  if (k < 0) return buckets.at(-1)!.upTo;
  const [low, before] = k === 0 ? [0, 0] : [buckets[k - 1].upTo, buckets[k - 1].count];
  const { upTo, count } = buckets[k];
  return low + ((upTo - low) * (rank - before)) / (count - before);
}
