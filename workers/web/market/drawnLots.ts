/** How many lots are drawn brightly, and how many at all; kept by the browser. */
import { keep, kept } from '../shell/kept';
import { observable } from '../shell/observable';

export interface DrawnLots {
  /** Lots that have the heatmap's last colour; undefined: as many as suit the market. */
  readonly brightest?: number;
  /** Prints of fewer lots are not drawn; undefined: all are. */
  readonly least?: number;
}

const NAMES = ['brightest', 'least'] as const;

export const drawnLots = observable<DrawnLots>(
  Object.fromEntries(NAMES.map((name) => [name, lotsIn(kept(`lots.${name}`) ?? '')])),
);

/** @param text as it is written; empty for what suits the market */
export function chooseLots(name: keyof DrawnLots, text: string): void {
  const lots = lotsIn(text);
  keep(`lots.${name}`, lots === undefined ? '' : String(lots));
  drawnLots.set({ ...drawnLots.get(), [name]: lots });
}

function lotsIn(text: string): number | undefined {
  const lots = Math.round(Number(text));
  return lots >= 1 ? lots : undefined;
}
