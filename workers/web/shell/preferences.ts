/** What whoever looks has chosen; kept by the browser. */
import { ZONES, type Zone } from '../figures/time';
import { keep, kept } from './kept';
import { observable, type Observable } from './observable';

export type Theme = 'dark' | 'light';

const THEMES: readonly Theme[] = ['dark', 'light'];

export const theme = chosen('theme', THEMES);
export const zone = chosen<Zone>('zone', ZONES);

/** Puts the theme on the page, now and whenever it is changed. */
export function showTheme(): void {
  const show = (name: Theme) => (document.documentElement.dataset.theme = name);
  show(theme.get());
  theme.subscribe(show);
}

/** The one after it, and behind the last the first. */
export function next<Value>(of: Observable<Value>, values: readonly Value[]): void {
  of.set(values[(values.indexOf(of.get()) + 1) % values.length]);
}

export const nextTheme = () => next(theme, THEMES);
export const nextZone = () => next(zone, ZONES);

/** The first of the values until another one is chosen. */
function chosen<Value extends string>(name: string, values: readonly Value[]): Observable<Value> {
  const value = observable(values.find((one) => one === kept(name)) ?? values[0]);
  value.subscribe((one) => keep(name, one));
  return value;
}
