import { outcomesAnswer } from '../../../graph/api/episodes';
import { useApi } from '../api/useApi';
import { count } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { CLASSES, Outcome } from '../parts/Outcome';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { ShareBar, ShareText, type Share } from '../parts/ShareBar';
import { changeQuery, route } from '../shell/router';
import { useObserved } from '../shell/useObserved';
import type { Chosen } from './Filters';

const BY = [
  { by: 'level', name: 'Level' },
  { by: 'direction', name: 'Direction' },
  { by: 'timeOfDay', name: 'Time of day' },
] as const;

/** How the chosen episodes ended, by one of their properties; intervals are by whole sessions. */
export function BaseRates({ chosen }: { chosen: Chosen }) {
  const { date, level, direction, timeOfDay } = chosen;
  const { query } = useObserved(route);
  const by = BY.find((one) => one.by === query.get('by')) ?? BY[0];
  const asked = useApi(outcomesAnswer, '/outcomes', {
    by: by.by,
    level,
    direction,
    timeOfDay,
    start: date,
    end: date,
  });
  return (
    <Panel wide title="How they ended" note="primary horizon; 90 % intervals by whole sessions">
      <div class="filters" role="group" aria-label="By">
        {BY.map(({ by: value, name }) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === by.by}
            onClick={() => changeQuery({ by: value === BY[0].by ? undefined : value })}
          >
            {name}
          </button>
        ))}
      </div>
      <Answered asked={asked} what="the base rates">
        {({ groups, all }) =>
          groups.length === 0 ? (
            <p class="muted">Nothing has been counted.</p>
          ) : (
            <Scroll label="Shares of the outcomes">
              <table class="rates">
                <thead>
                  <tr>
                    <th scope="col">{by.name}</th>
                    <NumberHead>Sessions</NumberHead>
                    <NumberHead>n</NumberHead>
                    {CLASSES.map((outcome) => [
                      <NumberHead key={outcome}>
                        <Outcome of={outcome} />
                      </NumberHead>,
                      <th key={`${outcome} drawn`} scope="col">
                        <span class="unseen">{outcome} drawn, </span>0–100 %
                      </th>,
                    ])}
                  </tr>
                </thead>
                <tbody>
                  {[...groups, ...(all ? [all] : [])].map(({ sessions, n, shares, ...group }) => (
                    <tr key={group[by.by] ?? 'all'}>
                      <th scope="row">{group[by.by] ?? 'all together'}</th>
                      <td class="number">{count(sessions)}</td>
                      <td class="number">{count(n)}</td>
                      {CLASSES.map((outcome) => [
                        <td key={outcome} class="number">
                          <ShareText of={shownShare(shares[outcome])} />
                        </td>,
                        <td key={`${outcome} drawn`}>
                          <ShareBar of={shownShare(shares[outcome])} outcome={outcome} />
                        </td>,
                      ])}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Answered>
    </Panel>
  );
}

const shownShare = ({
  share,
  interval,
}: {
  share: number | null;
  interval: { low: number; high: number };
}): Share => ({
  share,
  ...interval,
});
