import { gateway, probe } from '../api/gateway';
import { clockTime, duration } from '../figures/time';
import { useObserved } from './useObserved';
import { zone } from './preferences';
import { useNow } from './useNow';

/** Says that the gateway is away, since when, and of when what is shown is. */
export function GatewayAway() {
  const { awaySince, answeredAt } = useObserved(gateway);
  return awaySince === null ? null : <Away since={awaySince} answeredAt={answeredAt} />;
}

function Away({ since, answeredAt }: { since: number; answeredAt: number | null }) {
  const now = useNow(1000);
  const shownZone = useObserved(zone);
  return (
    <div class="away" role="status">
      <span>
        The gateway has not answered for {duration(now - since)}; it is asked again every few seconds.
        {answeredAt !== null && ` What is shown is of ${clockTime(answeredAt, shownZone)} or earlier.`}
      </span>
      <button type="button" onClick={() => void probe()}>
        Ask now
      </button>
    </div>
  );
}
