import { useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import { episodesAnswer, type listedEpisode } from '../../../graph/api/episodes';
import { useApi } from '../api/useApi';
import { useProducts } from '../api/useProducts';
import { count } from '../figures/numbers';
import { priceText } from '../figures/prices';
import { clockTime, msOf } from '../figures/time';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Outcome } from '../parts/Outcome';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { linkTo, replayLink } from '../shell/addresses';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import type { Chosen } from './Filters';

const PAGE = 200;

type ShownEpisode = z.infer<typeof listedEpisode>;

/** The episodes that are chosen, latest first; each leads to its precedents and to its moment in the market. */
export function Episodes({ chosen }: { chosen: Chosen }) {
  const { date, ...rest } = chosen;
  const filter = { ...rest, start: date, end: date };
  const [cursor, setCursor] = useState<string>();
  const [earlier, setEarlier] = useState<readonly ShownEpisode[]>([]);
  const question = JSON.stringify(filter);
  useEffect(() => {
    setCursor(undefined);
    setEarlier([]);
  }, [question]);
  const asked = useApi(episodesAnswer, '/episodes', { ...filter, limit: PAGE, cursor });
  if (!asked.answer)
    return (
      <Panel wide title="Episodes">
        <Answered asked={asked} what="the episodes">
          {() => null}
        </Answered>
      </Panel>
    );
  return (
    <Answered asked={asked} what="the episodes">
      {({ count: all, episodes, next }) => {
        const shown = cursor === undefined ? episodes : [...earlier, ...episodes];
        return (
          <Panel wide title="Episodes" note={`${count(shown.length)} of ${count(all)}, latest touch first`}>
            {shown.length === 0 ? (
              <p class="muted">No episode is like that. Choose less narrowly.</p>
            ) : (
              <Scroll label="Table of episodes">
                <Table of={shown} />
              </Scroll>
            )}
            {next !== null && (
              <button
                type="button"
                class="more"
                disabled={asked.loading}
                onClick={() => {
                  setEarlier(shown);
                  setCursor(next);
                }}
              >
                Show more
              </button>
            )}
          </Panel>
        );
      }}
    </Answered>
  );
}

function Table({ of }: { of: readonly ShownEpisode[] }) {
  const shownZone = useObserved(zone);
  const productOf = useProducts();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Date</th>
          <th scope="col">Touch, {shownZone}</th>
          <th scope="col">Contract</th>
          <th scope="col">Level</th>
          <th scope="col">Direction</th>
          <NumberHead>Price</NumberHead>
          <NumberHead>Attempt</NumberHead>
          <th scope="col">Time of day</th>
          <th scope="col">Outcome</th>
          <NumberHead>Beyond, ticks</NumberHead>
          <NumberHead>Back, ticks</NumberHead>
          <th scope="col">
            <span class="unseen">Look at</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {of.map((episode) => (
          <tr key={episode.id}>
            <td class="figure">{episode.tradeDate}</td>
            <td class="figure">{clockTime(msOf(episode.touchAt), shownZone)}</td>
            <td>{episode.contract}</td>
            <td>{episode.level}</td>
            <td>{episode.direction}</td>
            <td class="number">{priceText(episode.levelPrice, productOf(episode.contract)?.tickNanos)}</td>
            <td class="number">{episode.attempt}</td>
            <td>{episode.timeOfDay}</td>
            <td>
              <Outcome of={episode.outcome} />
            </td>
            <td class="number">{count(episode.favorable)}</td>
            <td class="number">{count(episode.adverse)}</td>
            <td>
              <a href={linkTo('precedents', [episode.id])}>
                Precedents<span class="unseen"> of {episode.id}</span>
              </a>{' '}
              ·{' '}
              <a href={replayLink(episode.contract, episode.tradeDate, episode.touchAt)}>
                Market<span class="unseen"> at {episode.id}</span>
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
