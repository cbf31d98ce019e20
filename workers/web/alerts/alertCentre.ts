/**
 * Every alert that has come, and whether somebody is alerted to it: once for a touch or an approach, however often the page is loaded, the
 * connection is made anew, or in how many tabs it is open.
 */
import { isPast } from '../../../graph/screen/alertRules';
import type { Alert } from '../../../graph/screen/alert';
import { observable } from '../shell/observable';
import { isQuietNow, isShown, type AlertSettings } from './alertSettings';

/** Alerts that are listed. */
const MOST_LISTED = 300;
/** Ids that are remembered. */
const MOST_REMEMBERED = 1000;

export interface ListedAlert extends Alert {
  /** Of a session that is played again. */
  readonly replayed: boolean;
}

/** How an alert is come by. */
export interface Coming {
  readonly replayed: boolean;
  /** Whether it happened just now, in the time that is shown; otherwise it is told of what was before. */
  readonly news: boolean;
}

export interface CentreOptions {
  readonly settings: () => AlertSettings;
  readonly now: () => Date;
  /** Alerts by sound and notification. */
  readonly alert: (alert: Alert) => void;
  /** Ids that were alerted to, of all tabs and earlier visits. */
  readonly remembered: { read(): string | null; write(text: string): void };
  /** Runs one at a time, in all tabs. */
  readonly exclusively: (work: () => void) => Promise<void>;
}

export class AlertCentre {
  /** The latest first. */
  readonly alerts = observable<readonly ListedAlert[]>([]);
  /** The one that is pointed out now. */
  readonly pointedOut = observable<ListedAlert | undefined>(undefined);

  constructor(private readonly options: CentreOptions) {}

  /** Resolves when whoever is to be alerted is. */
  async take(alert: Alert, { replayed, news }: Coming): Promise<void> {
    const settings = this.options.settings();
    if (replayed && !settings.past) return;
    const listed = { ...alert, replayed };
    this.list(listed);
    if (!isShown(alert, settings)) return;
    const now = this.options.now();
    const isOld = isPast(alert, now.getTime());
    // What came before the page did is not made up for, unless it is so fresh that a page that was only loaded anew would have told it.
    if (isOld && !(settings.past && news)) return;
    const point = () => {
      this.pointedOut.set(listed);
      if (!isQuietNow(settings, now)) this.options.alert(alert);
    };
    if (replayed) point();
    else
      await this.options.exclusively(() => {
        if (this.isFirst(alert.id)) point();
      });
  }

  dismiss(): void {
    this.pointedOut.set(undefined);
  }

  private list(alert: ListedAlert): void {
    const { alerts } = this;
    const others = alerts.get().filter(({ id }) => id !== alert.id);
    const next = [alert, ...others].sort((a, b) => (BigInt(a.at) < BigInt(b.at) ? 1 : -1));
    alerts.set(next.slice(0, MOST_LISTED));
  }

  private isFirst(id: string): boolean {
    const { remembered } = this.options;
    const ids = (remembered.read() ?? '').split('\n');
    if (ids.includes(id)) return false;
    remembered.write([...ids, id].slice(-MOST_REMEMBERED).join('\n'));
    return true;
  }
}
