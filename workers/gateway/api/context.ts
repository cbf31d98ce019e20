import { PrecedentsThread } from '../../../activities/precedents/precedentsThread';
import { ReportsThread } from '../../../activities/reports/reportsThread';
import { sharedLake } from '../../../activities/stages/sharedLake';
import type { StageSettings } from '../../../activities/stages/stages';
import { PRECEDENTS_THREAD, REPORTS_THREAD } from '../../stageThread';
import { AlertDesk } from '../alerts/alertDesk';
import { HeldGrid } from './heldGrid';
import type { ApiContext } from './route';

/**
 * What questions about the lake of the settings are answered from, until it is closed.
 * @param desk of the gateway's alerts
 */
export async function openContext(
  settings: StageSettings,
  desk: ApiContext['desk'] = new AlertDesk(),
): Promise<ApiContext & { close(): Promise<void> }> {
  const precedents = new PrecedentsThread(settings, PRECEDENTS_THREAD);
  const reports = new ReportsThread(settings, REPORTS_THREAD);
  return {
    lake: await sharedLake(settings),
    settings,
    grid: new HeldGrid(settings),
    desk,
    precedents,
    reports,
    close: async () => {
      await Promise.all([precedents.close(), reports.close()]);
    },
  };
}
