import { useEffect } from 'preact/hooks';
import { alertTitle, saidText } from '../../../graph/screen/alert';
import { clockTime, msOf } from '../figures/time';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import { centre, momentLink } from './alerts';

const SHOWN_MS = 30_000;

/** Points the latest alert out, in whichever view; goes away by itself. */
export function AlertBanner() {
  const alert = useObserved(centre.pointedOut);
  const shownZone = useObserved(zone);
  useEffect(() => {
    if (!alert) return undefined;
    const timer = setTimeout(() => centre.dismiss(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [alert]);
  return (
    <div role="status">
      {alert && (
        <div class={`alert ${alert.trigger}`}>
          <strong>{alertTitle(alert)}</strong>
          <span class="number">
            {clockTime(msOf(alert.at), shownZone)}
            {alert.replayed && ', replay'}
          </span>
          <span>{saidText(alert.answer)}</span>
          {!alert.replayed && <a href={momentLink(alert)}>to the moment</a>}
          <button type="button" onClick={() => centre.dismiss()}>
            Close<span class="unseen"> the alert</span>
          </button>
        </div>
      )}
    </div>
  );
}
