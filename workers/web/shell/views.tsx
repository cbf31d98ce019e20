/** The views of the page: name, address, key, and what draws them. Each but the market is loaded when it is first looked at. */
import type { ComponentType } from 'preact';
import { MarketPage } from '../market/MarketPage';

export interface View {
  /** First part of the address. */
  readonly path: string;
  readonly name: string;
  /** Behind `g`. */
  readonly key: string;
  readonly load: () => ComponentType | Promise<ComponentType>;
}

export const VIEWS: readonly View[] = [{ path: '', name: 'Market', key: 'm', load: () => MarketPage }];

/** Views that are reached from others. */
const WITHIN: readonly View[] = [{ path: 'replay', name: 'Market', key: '', load: () => MarketPage }];

export const viewAt = (path: string): View | undefined =>
  [...VIEWS, ...WITHIN].find((view) => view.path === path);
