import type { SessionAnswer } from '../../../graph/api/sessions';
import { count } from '../figures/numbers';
import { Notice } from '../parts/Notice';
import { Panel } from '../parts/Panel';
import { changeQuery } from '../shell/router';
import { monthsBetween } from './months';

/** Every trade date there is, with how many episodes it has; a day narrows the view to it. */
export function Calendar({
  sessions,
  chosen,
}: {
  sessions: readonly SessionAnswer[];
  chosen: string | undefined;
}) {
  if (sessions.length === 0)
    return (
      <Panel title="Sessions" wide>
        <Notice title="The lake has no built session yet">
          <p>
            Take raw files in with <code>./spymaster import FILES</code> and build them with{' '}
            <code>./spymaster backfill</code>; without data of your own,{' '}
            <code>./spymaster simulate --out raw</code> writes a market to try with.
          </p>
        </Notice>
      </Panel>
    );
  const days = new Map<string, SessionAnswer[]>();
  for (const session of sessions)
    days.set(session.tradeDate, [...(days.get(session.tradeDate) ?? []), session]);
  const dates = [...days.keys()].sort();
  const most = Math.max(...[...days.values()].map(episodesOf), 1);
  const simulated = sessions.filter(({ data }) => data === 'simulated').length;
  return (
    <Panel
      wide
      title="Sessions"
      note={`${count(dates.length)} trade dates, ${dates[0]} to ${dates.at(-1)}; shaded by episodes`}
    >
      {simulated > 0 && (
        <p class="muted">
          {simulated === sessions.length
            ? 'All sessions are simulated: no market made these figures.'
            : `${count(simulated)} of ${count(sessions.length)} sessions are simulated.`}
        </p>
      )}
      <div class="months">
        {monthsBetween(dates[0], dates.at(-1)!).map(({ month, weeks }) => (
          <table key={month} class="month">
            <caption class="figure">{month}</caption>
            <tbody>
              {weeks.map((week, k) => (
                <tr key={k}>
                  {week.map((date, day) => (
                    <td key={day}>
                      {date && <Day date={date} of={days.get(date)} most={most} chosen={date === chosen} />}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </Panel>
  );
}

const episodesOf = (of: readonly SessionAnswer[]) =>
  of.reduce((sum, { episodes }) => sum + (episodes ?? 0), 0);

function Day(props: {
  date: string;
  of: readonly SessionAnswer[] | undefined;
  most: number;
  chosen: boolean;
}) {
  const { date, of, most, chosen } = props;
  const day = Number(date.slice(8));
  if (!of) return <span class="day none">{day}</span>;
  const episodes = episodesOf(of);
  return (
    <button
      type="button"
      class="day"
      style={{ '--share': `${Math.round(10 + (60 * episodes) / most)}%` }}
      aria-pressed={chosen}
      title={`${date}: ${of.map(({ contract }) => contract).join(', ')}, ${episodes} episodes`}
      onClick={() => changeQuery({ date: chosen ? undefined : date })}
    >
      {day}
      <span class="unseen">
        {' '}
        {date}, {episodes} episodes
      </span>
    </button>
  );
}
