/** The alerts of this page: where they come from, and how they alert. */
import type { Alert } from '../../../graph/screen/alert';
import { StreamConnection } from '../market/connection';
import { replayLink } from '../shell/addresses';
import { keep, kept } from '../shell/kept';
import { goTo } from '../shell/router';
import { AlertCentre } from './alertCentre';
import { alertSettings } from './chosenSettings';
import { notify } from './notification';
import { sound, wakeWithFirstGesture } from './sound';

const REMEMBERED = 'alerted';
/** So much before the trade that tells of it, so that it is seen to come. */
const LEAD_NS = 5_000_000_000n;

export const centre = new AlertCentre({
  settings: () => alertSettings.get(),
  now: () => new Date(),
  alert: (alert) => {
    const settings = alertSettings.get();
    if (settings.sound) sound(alert);
    if (settings.notification) notify(alert, () => goTo(momentLink(alert)));
  },
  remembered: { read: () => kept(REMEMBERED), write: (text) => keep(REMEMBERED, text) },
  exclusively: async (work) => {
    // Not there for a page that comes unencrypted from elsewhere.
    if ('locks' in navigator) await navigator.locks.request('spymaster.alerts', work);
    else work();
  },
});

/** The moment in the market. */
export const momentLink = ({
  contract,
  tradeDate,
  at,
}: Pick<Alert, 'contract' | 'tradeDate' | 'at'>): string =>
  replayLink(contract, tradeDate, String(BigInt(at) - LEAD_NS));

let watchers = 0;
let feed: StreamConnection | undefined;

/** Follows the alerts of all markets, whichever view is shown. @returns ends it */
export function watchAlerts(): () => void {
  if (watchers++ === 0) feed = connect();
  return () => {
    if (--watchers > 0) return;
    feed?.end();
    feed = undefined;
  };
}

function connect(): StreamConnection {
  let news = false;
  return new StreamConnection(() => ({ do: 'alerts' }), {
    message: (message) => {
      if (message.kind === 'alert') void centre.take(message.alert, { replayed: false, news });
      else if (message.kind === 'ready') news = true;
    },
    frame: () => {},
    depth: () => {},
    connected: (lostAt) => {
      if (lostAt !== undefined) news = false;
    },
  });
}

/** From now on: whoever wants to hear or be shown of alerts is, in every view. */
export function alertEverywhere(): void {
  wakeWithFirstGesture();
  let end: (() => void) | undefined;
  const look = () => {
    const { sound, notification } = alertSettings.get();
    const wanted = sound || notification;
    if (wanted) end ??= watchAlerts();
    else {
      end?.();
      end = undefined;
    }
  };
  look();
  alertSettings.subscribe(look);
}
