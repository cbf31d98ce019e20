/** How whoever looks has chosen to be alerted; kept by the browser. */
import { keep, kept } from '../shell/kept';
import { observable } from '../shell/observable';
import { readSettings, type AlertSettings } from './alertSettings';

const NAME = 'alerts';

export const alertSettings = observable(readSettings(kept(NAME)));

export function changeSettings(change: Partial<AlertSettings>): void {
  alertSettings.set({ ...alertSettings.get(), ...change });
  keep(NAME, JSON.stringify(alertSettings.get()));
}
