import { processesAnswer } from '../../../graph/api/processes';
import { sessionsAnswer } from '../../../graph/api/sessions';
import { useApi } from '../api/useApi';
import { linkTo } from '../shell/addresses';
import { goTo, route } from '../shell/router';
import { useObserved } from '../shell/useObserved';

const LIVE = 'live';

/** Which market is shown: a live one, or a session of the lake, to be played from its open. */
export function SessionChoice() {
  const { view, parts } = useObserved(route);
  const { answer } = useApi(sessionsAnswer, '/sessions', { limit: 1000 });
  const { answer: running, again } = useApi(processesAnswer, '/processes');
  const [contract, date] = parts;
  const isReplay = view === 'replay' && contract && date;
  const shown = isReplay ? nameOf(contract, date) : contract ? nameOf(contract, LIVE) : LIVE;
  const names = (answer?.sessions ?? [])
    .filter(({ records }) => records !== null && records > 0)
    .map((session) => nameOf(session.contract, session.tradeDate));
  // Where there is one market only, it is the live one.
  const live = (running?.hub.markets ?? []).map((market) => nameOf(market.contract, LIVE));
  if (live.length > 1) names.unshift(...live.toSorted());
  // It may be one that is not built, or the list is not there yet.
  if (shown !== LIVE && !names.includes(shown)) names.unshift(shown);
  return (
    <label>
      <span class="unseen">Session</span>
      <select
        class="session-choice"
        value={shown}
        onFocus={again}
        onChange={({ currentTarget }) => {
          const [when, of] = currentTarget.value.split(' ');
          // From now on keys are the market's: Space plays it.
          currentTarget.blur();
          goTo(when === LIVE ? linkTo('', of ? [of] : []) : linkTo('replay', [of, when]));
        }}
      >
        <option value={LIVE}>live</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The date first: that is what is typed to find it. */
const nameOf = (contract: string, when: string) => `${when} ${contract}`;
