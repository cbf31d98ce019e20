/** All alerts of the markets that the gateway follows: kept for whoever asks, told to screens that watch for them, sent to webhooks. */
import type { Alert } from '../../../graph/screen/alert';
import type { Webhooks } from './webhooks';
import type { Outlet, Watch } from '../stream/outlet';

/** Alerts that are kept. */
const MOST_KEPT = 500;

export class AlertDesk {
  private readonly kept = new Map<string, Alert>();
  private readonly outlets = new Set<Outlet>();

  /** @param webhooks each alert is sent to, once */
  constructor(readonly webhooks?: Pick<Webhooks, 'send' | 'states' | 'quiet' | 'deliveries'>) {}

  /** The latest last. */
  get alerts(): readonly Alert[] {
    return [...this.kept.values()];
  }

  /** @param alert new, or told before and with its answer now */
  take(alert: Alert): void {
    const isNew = !this.kept.has(alert.id);
    this.kept.set(alert.id, alert);
    for (const outlet of this.outlets) outlet.message({ kind: 'alert', alert });
    if (!isNew) return;
    this.webhooks?.send(alert);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
  }

  /** What is kept, and then every new one. */
  watch(outlet: Outlet): Watch {
    return {
      begin: () => {
        for (const alert of this.kept.values()) outlet.message({ kind: 'alert', alert });
        outlet.message({ kind: 'ready', at: null });
        this.outlets.add(outlet);
      },
      depth: () => {},
      whole: () => {},
      end: () => void this.outlets.delete(outlet),
    };
  }
}
