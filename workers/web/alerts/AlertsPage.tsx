import { useEffect } from 'preact/hooks';
import { saidText } from '../../../graph/screen/alert';
import { clockTime, msOf } from '../figures/time';
import { decimal } from '../figures/numbers';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { linkTo } from '../shell/addresses';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import type { ListedAlert } from './alertCentre';
import { AlertChoices } from './AlertChoices';
import { centre, momentLink, watchAlerts } from './alerts';
import { isShown } from './alertSettings';
import { alertSettings, changeSettings } from './chosenSettings';
import { Webhooks } from './Webhooks';

/** Alerts on approaches and touches: those there were, and how to be told of those to come. */
export function AlertsPage() {
  useEffect(watchAlerts, []);
  return (
    <div class="view">
      <div class="view-head">
        <h1>Alerts</h1>
      </div>
      <div class="panels">
        <AlertChoices />
        <Webhooks />
        <AlertList />
      </div>
    </div>
  );
}

function AlertList() {
  const settings = useObserved(alertSettings);
  const alerts = useObserved(centre.alerts).filter((alert) => isShown(alert, settings));
  return (
    <Panel wide title="Alerts so far" note="the latest first">
      {alerts.length === 0 ? (
        <p class="muted">
          None yet. They come with approaches to watched levels and touches of them, of every market that the
          gateway follows.
        </p>
      ) : (
        <Scroll label="Alerts so far">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Contract</th>
                <th scope="col">What</th>
                <th scope="col">Level</th>
                <NumberHead>Distance, pt</NumberHead>
                <th scope="col">What happened the last times</th>
                <th scope="col">
                  <span class="unseen">Further</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {alerts.map((alert) => (
                <Row key={alert.id} alert={alert} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}

function Row({ alert }: { alert: ListedAlert }) {
  const shownZone = useObserved(zone);
  const { trigger, contract, tradeDate, level, levelPrice, direction, distance, digits, episode } = alert;
  return (
    <tr>
      <td class="figure" title={tradeDate}>
        <a href={momentLink(alert)}>{clockTime(msOf(alert.at), shownZone)}</a>
        {alert.replayed && <span class="muted"> replay</span>}
      </td>
      <td>{contract}</td>
      <td>
        {trigger === 'touch' ? '● touch' : '○ approach'} from {direction === 'UP' ? 'below' : 'above'}
      </td>
      <th scope="row">
        {level.split('@')[0]} <span class="number">{decimal(levelPrice, digits)}</span>
      </th>
      <td class="number">{decimal(distance, digits)}</td>
      <td class="words">{saidText(alert.answer)}</td>
      <td>
        {trigger === 'touch' && <a href={linkTo('precedents', [episode])}>precedents</a>}{' '}
        <button
          type="button"
          onClick={() => changeSettings({ muted: [...alertSettings.get().muted, level] })}
        >
          Mute<span class="unseen"> {level}</span>
        </button>
      </td>
    </tr>
  );
}
