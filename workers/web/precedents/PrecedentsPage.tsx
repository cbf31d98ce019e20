import { precedentsAnswer, type PrecedentsAnswer } from '../../../graph/precedents/answer';
import { ticksToPoints } from '../../../graph/market/points';
import { useApi } from '../api/useApi';
import { useProducts } from '../api/useProducts';
import { priceText } from '../figures/prices';
import { dateTime, msOf } from '../figures/time';
import { Answered } from '../parts/Answered';
import { Notice } from '../parts/Notice';
import { CLASSES, Outcome } from '../parts/Outcome';
import { Panel } from '../parts/Panel';
import { linkTo, replayLink } from '../shell/addresses';
import { zone } from '../shell/preferences';
import { changeQuery, route } from '../shell/router';
import { useObserved } from '../shell/useObserved';
import { AnswerPanel } from './AnswerPanel';
import { AlikePanel, ContrastPanel, HorizonsPanel } from './DetailPanels';
import { pathFrame } from './pathFrame';
import { PathPicture } from './PathPicture';
import '../design/precedents.css';

/** Beyond which pictures say nothing new: the primary horizon and a little, seconds. */
const SHOWN_AFTER = 1.25 * 60;

/** What happened the last times it looked like this: `#/precedents/EPISODE`. */
export function PrecedentsPage() {
  const { parts } = useObserved(route);
  const id = parts[0];
  return (
    <div class="view">
      {id === undefined ? (
        <Notice title="No episode is named">
          <p>
            Precedents are those of a touch: choose one in the <a href={linkTo('history')}>history</a>.
          </p>
        </Notice>
      ) : (
        <OfEpisode key={id} id={id} />
      )}
    </div>
  );
}

function OfEpisode({ id }: { id: string }) {
  const asked = useApi(precedentsAnswer, `/episodes/${encodeURIComponent(id)}/precedents`, { paths: true });
  return (
    <>
      {!asked.answer && <h1>Precedents of {id}</h1>}
      <Answered asked={asked} what="the precedents">
        {(answer) => <Precedents of={answer} />}
      </Answered>
    </>
  );
}

function Precedents({ of }: { of: PrecedentsAnswer }) {
  const shownZone = useObserved(zone);
  const { touch } = of;
  return (
    <>
      <div class="view-head">
        <h1>
          {touch.level} {touch.direction}
        </h1>
        <span class="figure">
          {touch.contract} · {dateTime(msOf(touch.at), shownZone)} {shownZone} · {touch.timeOfDay}
        </span>
        <a href={replayLink(touch.contract, touch.session, touch.at)}>Show this touch in the market</a>
        <a href={linkTo('history', [], { date: touch.session })}>Episodes of the day</a>
      </div>
      <div class="panels">
        <AnswerPanel of={of} />
        <HorizonsPanel of={of} />
        <Paths of={of} />
        <AlikePanel of={of} />
        <ContrastPanel of={of} />
      </div>
      <p class="muted figure">
        index {of.versions.index} · as of {of.versions.asOf} · features {of.versions.featureTable} · settings{' '}
        {of.versions.settings}
      </p>
    </>
  );
}

function Paths({ of }: { of: PrecedentsAnswer }) {
  const chosen = useObserved(route).query.get('outcome') ?? '';
  const product = useProducts()(of.touch.contract);
  const barrier = product && ticksToPoints(product.bands.barrierTicks, product.tickNanos);
  const frame = pathFrame(
    of.precedents.map(({ path = [] }) => path),
    SHOWN_AFTER * of.horizonMinutes,
    barrier ?? 0,
  );
  const ranked = of.precedents.map((precedent, k) => ({ precedent, rank: k + 1 }));
  const shown = ranked.filter(({ precedent }) => chosen === '' || precedent.outcome === chosen);
  return (
    <Panel
      wide
      title="The last times it looked like this"
      note={`most similar first; aligned at the touch, ${Math.round(-frame.from / 60)} min before to ${Math.round(frame.to / 60)} min after, ±${priceText(frame.reach, product?.tickNanos)} points from the level`}
    >
      {ranked.length === 0 ? (
        <p class="muted">There is no earlier approach to compare with.</p>
      ) : (
        <>
          <div class="filters" role="group" aria-label="Outcomes shown">
            <button
              type="button"
              aria-pressed={chosen === ''}
              onClick={() => changeQuery({ outcome: undefined })}
            >
              All {ranked.length}
            </button>
            {CLASSES.map((outcome) => (
              <button
                key={outcome}
                type="button"
                aria-pressed={chosen === outcome}
                onClick={() => changeQuery({ outcome })}
              >
                {outcome} {of.precedents.filter((one) => one.outcome === outcome).length}
              </button>
            ))}
          </div>
          <ol class="paths">
            {shown.map(({ precedent, rank }) => (
              <li key={precedent.id}>
                <PathPicture of={precedent} rank={rank} frame={frame} barrier={barrier} />
              </li>
            ))}
          </ol>
          <p class="hint">
            Upward is along the approach: through the level. <Outcome of="BREAK" /> <Outcome of="REJECT" />{' '}
            <Outcome of="CHOP" />. Ticks: farthest beyond the level / back from it within
            {` ${of.horizonMinutes} `} min; d: distance from this touch. A picture leads to that moment in the
            market.
          </p>
        </>
      )}
    </Panel>
  );
}
