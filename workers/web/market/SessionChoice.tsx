import { sessionsAnswer } from '../../../graph/api/sessions';
import { useApi } from '../api/useApi';
import { linkTo } from '../shell/addresses';
import { goTo, route } from '../shell/router';
import { useObserved } from '../shell/useObserved';

const LIVE = '';

/** Which market is shown: the live one, or a session of the lake, to be played from its open. */
export function SessionChoice() {
  const { view, parts } = useObserved(route);
  const { answer } = useApi(sessionsAnswer, '/sessions', { limit: 1000 });
  const [contract, date] = parts;
  const shown = view === 'replay' && contract && date ? nameOf(contract, date) : LIVE;
  const names = (answer?.sessions ?? [])
    .filter(({ records }) => records !== null && records > 0)
    .map((session) => nameOf(session.contract, session.tradeDate));
  // It may be one that is not built, or the list is not there yet.
  if (shown !== LIVE && !names.includes(shown)) names.unshift(shown);
  return (
    <label>
      <span class="unseen">Session</span>
      <select
        value={shown}
        onChange={({ currentTarget }) => {
          const [tradeDate, of] = currentTarget.value.split(' ');
          // From now on keys are the market's: Space plays it.
          currentTarget.blur();
          goTo(currentTarget.value === LIVE ? linkTo('') : linkTo('replay', [of, tradeDate]));
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
const nameOf = (contract: string, tradeDate: string) => `${tradeDate} ${contract}`;
