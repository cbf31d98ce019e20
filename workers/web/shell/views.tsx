/** The views of the page: name, address, key, and what draws them. Each but the market is loaded when it is first looked at. */
import type { ComponentType } from 'preact';
import { MarketPage } from '../market/MarketPage';

export interface View {
  /** First part of the address. */
  readonly path: string;
  readonly name: string;
  /** Behind `g`; none for a view that is reached from others only. */
  readonly key?: string;
  readonly load: () => ComponentType | Promise<ComponentType>;
}

export const VIEWS: readonly View[] = [
  { path: '', name: 'Market', key: 'm', load: () => MarketPage },
  {
    path: 'history',
    name: 'History',
    key: 'h',
    load: async () => (await import('../history/HistoryPage')).HistoryPage,
  },
  {
    path: 'levels',
    name: 'Levels',
    key: 'l',
    load: async () => (await import('../levels/LevelsPage')).LevelsPage,
  },
  {
    path: 'alerts',
    name: 'Alerts',
    key: 'a',
    load: async () => (await import('../alerts/AlertsPage')).AlertsPage,
  },
  {
    path: 'models',
    name: 'Models',
    key: 'd',
    load: async () => (await import('../models/ModelsPage')).ModelsPage,
  },
  {
    path: 'operations',
    name: 'Operations',
    key: 'o',
    load: async () => (await import('../operations/OperationsPage')).OperationsPage,
  },
];

/** Views of a session and of an episode. */
const WITHIN: readonly View[] = [
  { path: 'replay', name: 'Market', load: () => MarketPage },
  {
    path: 'precedents',
    name: 'Precedents',
    load: async () => (await import('../precedents/PrecedentsPage')).PrecedentsPage,
  },
];

export const viewAt = (path: string): View | undefined =>
  [...VIEWS, ...WITHIN].find((view) => view.path === path);
