/** Notifications of the browser, which are seen when the page is not. */
import { alertText, alertTitle, type Alert } from '../../../graph/screen/alert';
import { clockTime, msOf } from '../figures/time';
import { observable } from '../shell/observable';
import { zone } from '../shell/preferences';

/** `none`: this browser has none, or not for a page that comes unencrypted from elsewhere. */
export type Permission = NotificationPermission | 'none';

const present = (): Permission => ('Notification' in globalThis ? Notification.permission : 'none');

export const permission = observable<Permission>(present());

/** Asks whoever looks; only in answer to a click. @returns whether it is allowed */
export async function askPermission(): Promise<boolean> {
  if (present() === 'default') await Notification.requestPermission();
  permission.set(present());
  return present() === 'granted';
}

/** @param onClick when it is clicked */
export function notify(alert: Alert, onClick: () => void): void {
  permission.set(present());
  if (present() !== 'granted') return;
  const time = `${clockTime(msOf(alert.at), zone.get())} ${zone.get()}`;
  try {
    const shown = new Notification(alertTitle(alert), { body: alertText(alert, time), tag: alert.id });
    shown.addEventListener('click', () => {
      window.focus();
      shown.close();
      onClick();
    });
  } catch {
    // Browsers on phones show them only from a service worker.
    permission.set('none');
  }
}
