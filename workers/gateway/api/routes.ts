/** Everything that can be asked below `/api`. */
import { BACKFILL_ROUTES } from './backfillRoutes';
import { ALERT_ROUTES } from './alertRoutes';
import { bars } from './barsRoute';
import { EPISODE_ROUTES } from './episodeRoutes';
import { LEVEL_ROUTES } from './levelRoutes';
import { MODEL_ROUTES } from './modelRoutes';
import { OPERATION_ROUTES } from './operationRoutes';
import { PROCESS_ROUTES } from './processRoutes';
import type { ApiRoute } from './route';
import { SESSION_ROUTES } from './sessionRoutes';

export const ROUTES: readonly ApiRoute[] = [
  ...SESSION_ROUTES,
  bars,
  ...EPISODE_ROUTES,
  ...LEVEL_ROUTES,
  ...MODEL_ROUTES,
  ...OPERATION_ROUTES,
  ...BACKFILL_ROUTES,
  ...ALERT_ROUTES,
  ...PROCESS_ROUTES,
];
