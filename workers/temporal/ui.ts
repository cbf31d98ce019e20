/** Where people look at workflows. */
import { readRunningServer } from '../../infra/temporal/serverFile';
import { connectConfig } from './connection';
import type { TemporalSettings } from './settings';

const VARIABLE = 'TEMPORAL_UI_ADDRESS';
const FLAG = 'ui-address';

/** Address of the Temporal UI: the configured one, or that of the server which this project runs; null where none is known. */
export function temporalUi(settings: TemporalSettings, environment = process.env): string | null {
  const configured = environment[VARIABLE] || settings.env[FLAG];
  if (configured) return configured.replace(/\/+$/, '');
  const running = readRunningServer();
  const { address } = connectConfig(settings, environment).connectionOptions;
  return (running?.address === address && running?.uiUrl) || null;
}

/** Page of a workflow in the UI. */
export const workflowPage = (ui: string, namespace: string, workflowId: string, runId = ''): string =>
  [ui, 'namespaces', namespace, 'workflows', encodeURIComponent(workflowId), runId].filter(Boolean).join('/');
