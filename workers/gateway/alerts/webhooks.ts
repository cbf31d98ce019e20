/** The webhooks of the configuration: which alerts they get, each once, and what became of it. */
import { createHash } from 'node:crypto';
import type { Alert } from '../../../graph/screen/alert';
import { isPast, isQuiet, isWanted } from '../../../graph/screen/alertRules';
import { alertTitle } from '../../../graph/screen/alert';
import type { Store } from '../../../lake/store/store';
import { hostOf, type AlertsConfig, type WebhookConfig } from './alertsConfig';
import { minuteIn } from './times';
import { deliver, type Delivery, type Patience } from './webhook';

/** Deliveries of a webhook that are under way at most; a receiver that takes so long misses those beyond. */
const MOST_UNDER_WAY = 50;
/** Deliveries that are remembered. */
const MOST_TOLD = 200;
const FOLDER = '_alerts';

/** A delivery as it is told of. */
export interface ToldDelivery extends Delivery {
  readonly webhook: string;
  readonly alert: string;
  readonly title: string;
  /** When it began, ms since 1970. */
  readonly begun: number;
}

/** How a webhook does. */
export interface WebhookState {
  readonly name: string;
  readonly host: string;
  readonly signed: boolean;
  readonly delivered: number;
  readonly failed: number;
  readonly underWay: number;
}

export interface WebhooksOptions {
  readonly config: AlertsConfig;
  /** Of the lake: an alert that was sent by any gateway is not sent again by another. */
  readonly store: Pick<Store, 'putIfAbsent'>;
  /** Told of deliveries that are given up. */
  readonly onFault: (error: unknown) => void;
  /** ms since 1970 */
  readonly now?: () => number;
  readonly patience?: Patience;
}

export class Webhooks {
  /** The latest last. */
  readonly deliveries: ToldDelivery[] = [];
  private readonly counts: Map<string, { delivered: number; failed: number; underWay: number }>;
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();
  private readonly now: () => number;

  constructor(private readonly options: WebhooksOptions) {
    this.now = options.now ?? Date.now;
    const none = () => ({ delivered: 0, failed: 0, underWay: 0 });
    this.counts = new Map(options.config.webhooks.map(({ name }) => [name, none()]));
  }

  get states(): WebhookState[] {
    return this.options.config.webhooks.map(({ name, url, secret }) => ({
      name,
      host: hostOf(url),
      signed: secret !== undefined,
      ...this.counts.get(name)!,
    }));
  }

  /** Whether it is a time of day at which nothing is sent. */
  get quiet(): boolean {
    const { quietHours, timeZone } = this.options.config;
    return quietHours !== undefined && isQuiet(quietHours, minuteIn(timeZone, this.now()));
  }

  /** Sends an alert to those that want it. */
  send(alert: Alert): void {
    const { webhooks, past } = this.options.config;
    if (this.quiet || (!past && isPast(alert, this.now()))) return;
    for (const webhook of webhooks) {
      if (!isWanted(alert, webhook)) continue;
      const sending = this.sendTo(webhook, alert).finally(() => this.running.delete(sending));
      this.running.add(sending);
    }
  }

  /** What is under way is given up. */
  async close(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running);
  }

  private async sendTo(webhook: WebhookConfig, alert: Alert): Promise<void> {
    const { name } = webhook;
    const counts = this.counts.get(name)!;
    if (!(await this.isFirst(name, alert))) return;
    const about = { webhook: name, alert: alert.id, title: alertTitle(alert), begun: this.now() };
    let end: Delivery;
    if (counts.underWay >= MOST_UNDER_WAY)
      end = { state: 'failed', attempts: 0, result: `${MOST_UNDER_WAY} before it are still under way` };
    else {
      counts.underWay++;
      this.tell({ ...about, state: 'trying', attempts: 0, result: 'is being sent' });
      const progress = (delivery: Delivery) => this.tell({ ...about, ...delivery });
      end = await deliver(webhook, alert, progress, this.stop.signal, this.options.patience);
      counts.underWay--;
    }
    counts[end.state === 'delivered' ? 'delivered' : 'failed']++;
    this.tell({ ...about, ...end });
    if (end.state === 'failed')
      this.options.onFault(
        new Error(`Webhook ${name} (${hostOf(webhook.url)}) ${end.result}: ${about.title}`),
      );
  }

  /** Whether no gateway of the lake has sent it before; where that cannot be kept, it is rather sent twice than never. */
  private async isFirst(webhook: string, { id, contract, tradeDate }: Alert): Promise<boolean> {
    const digest = createHash('sha256').update(`${webhook}\n${id}`).digest('hex').slice(0, 24);
    try {
      return await this.options.store.putIfAbsent(
        `${FOLDER}/${contract}/${tradeDate}/${digest}`,
        Buffer.from(`${webhook} ${id}\n`),
      );
    } catch (error) {
      this.options.onFault(error);
      return true;
    }
  }

  private tell(told: ToldDelivery): void {
    const { deliveries } = this;
    const at = deliveries.findIndex(({ webhook, alert }) => webhook === told.webhook && alert === told.alert);
    if (at >= 0) deliveries[at] = told;
    else deliveries.push(told);
    if (deliveries.length > MOST_TOLD) deliveries.shift();
  }
}
