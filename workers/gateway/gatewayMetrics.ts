/** What Prometheus is told of a gateway: what is asked of it, and what its screens are sent. */
import { Registry } from 'prom-client';
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

  /** @param seconds from when the hub took the events of a frame until the frame was sent */
  shown(seconds: number): void {
    this.told.frameSeconds.observe(Math.max(0, seconds));
  }
}
