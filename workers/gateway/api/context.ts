import { PrecedentsThread } from '../../../activities/precedents/precedentsThread';
import { ReportsThread } from '../../../activities/reports/reportsThread';
import { sharedLake } from '../../../activities/stages/sharedLake';
import type { StageSettings } from '../../../activities/stages/stages';
import { PRECEDENTS_THREAD, REPORTS_THREAD } from '../../stageThread';
import { AlertDesk } from '../alerts/alertDesk';
import { GatewayMetrics } from '../gatewayMetrics';
import { Processes, type ProcessesOptions } from '../processes';
import { HeldGrid } from './heldGrid';
import type { ApiContext } from './route';

/** What of the gateway is asked about too. */
export interface GatewayParts {
  /** Its alerts. */
  readonly desk: ApiContext['desk'];
  readonly screens: ProcessesOptions['screens'];
  readonly metrics: ProcessesOptions['metrics'];
}

/** A gateway that shows nobody anything. */
const alone = (): GatewayParts => ({
  desk: new AlertDesk(),
  screens: { hub: async () => Promise.resolve({ problem: 'it is not looked at', markets: [] }) },
  metrics: new GatewayMetrics(),
});

/** What questions about the lake of the settings are answered from, until it is closed. */
export async function openContext(
  settings: StageSettings,
  { desk, screens, metrics } = alone(),
): Promise<ApiContext & { close(): Promise<void> }> {
  const lake = await sharedLake(settings);
  const precedents = new PrecedentsThread(settings, PRECEDENTS_THREAD);
  const reports = new ReportsThread(settings, REPORTS_THREAD);
  return {
    lake,
    settings,
    grid: new HeldGrid(settings),
    desk,
    processes: new Processes({ lake, screens, metrics }),
    precedents,
    reports,
    close: async () => {
      await Promise.all([precedents.close(), reports.close()]);
    },
  };
}
