import { alertsAnswer } from '../../../graph/api/alerts';
import { useApi } from '../api/useApi';
import { count } from '../figures/numbers';
import { clockTime } from '../figures/time';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';

const ASK_EVERY_MS = 10_000;
const SHOWN = 50;
const STATES = { delivered: '● delivered', trying: '◐ trying', failed: '✕ failed' } as const;

/** Webhooks of the gateway, and whether they took what they were sent. */
export function Webhooks() {
  const asked = useApi(alertsAnswer, '/alerts', { limit: SHOWN }, ASK_EVERY_MS);
  const shownZone = useObserved(zone);
  return (
    <Answered asked={asked} what="the webhooks">
      {({ webhooks, quiet, deliveries }) => (
        <Panel title="Webhooks" note="sent by the gateway, with no page open too">
          {webhooks.length === 0 ? (
            <p class="muted">
              None. They are configured where the gateway runs: <code>gateway.alerts.webhooks</code> in
              spymaster.config.yaml.
            </p>
          ) : (
            <ul class="plain">
              {webhooks.map(({ name, host, signed, delivered, failed, underWay }) => (
                <li key={name}>
                  <strong>{name}</strong> at {host}, {signed ? 'signed' : 'not signed'}: {count(delivered)}{' '}
                  delivered, <span class={failed > 0 ? 'warned' : undefined}>{count(failed)} failed</span>,{' '}
                  {count(underWay)} under way
                </li>
              ))}
            </ul>
          )}
          {quiet && <p class="warned">These are quiet hours of the configuration: nothing is sent now.</p>}
          {deliveries.length > 0 && (
            <Scroll label="Deliveries">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Begun</th>
                    <th scope="col">Webhook</th>
                    <th scope="col">State</th>
                    <NumberHead>Attempts</NumberHead>
                    <th scope="col">Result</th>
                    <th scope="col">Alert</th>
                  </tr>
                </thead>
                <tbody>
                  {deliveries.map(({ webhook, alert, title, begun, state, attempts, result }) => (
                    <tr key={`${webhook} ${alert}`}>
                      <td class="figure">{clockTime(begun, shownZone)}</td>
                      <td>{webhook}</td>
                      <td>{STATES[state]}</td>
                      <td class="number">{attempts}</td>
                      <td>{result}</td>
                      <td>{title}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </Panel>
      )}
    </Answered>
  );
}
