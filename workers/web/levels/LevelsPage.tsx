import { useEffect, useState } from 'preact/hooks';
import type { BackfillAsked } from '../../../graph/api/backfills';
import { partitionsAnswer } from '../../../graph/api/operations';
import { ticksToPoints } from '../../../graph/market/points';
import { useApi } from '../api/useApi';
import { priceText } from '../figures/prices';
import { dateTime } from '../figures/time';
import { BackfillForm } from '../operations/BackfillForm';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Refusal } from '../parts/Refusal';
import { Scroll } from '../parts/Scroll';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import { KindChoice } from './KindChoice';
import type { Settings } from './levelChoice';
import { OwnPrices } from './OwnPrices';
import { ProductChoice } from './ProductChoice';
import { useLevels, type Levels } from './useLevels';
import '../design/operations.css';

/** Which levels are watched, where one's own stand, and how near counts as what. */
export function LevelsPage() {
  const levels = useLevels();
  return (
    <div class="view">
      <div class="view-head">
        <h1>Levels</h1>
      </div>
      {levels.refused && <Refusal title="It was not chosen" error={levels.refused} />}
      <Answered asked={levels.settings} what="the settings">
        {(of) => (
          <div class="panels">
            <Kinds of={of} levels={levels} />
            <OwnPrices of={of} levels={levels} />
            <Effect of={of} levels={levels} />
            <Bands of={of} />
          </div>
        )}
      </Answered>
    </div>
  );
}

const Kinds = ({ of: { levelKinds }, levels }: { of: Settings; levels: Levels }) => (
  <Panel
    title="Kinds"
    note={`${levelKinds.filter(({ watched }) => watched).length} of ${levelKinds.length} are watched: episodes are looked for on them`}
  >
    <Scroll label="Kinds of levels">
      <table>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Watched</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {levelKinds.map((of) => (
            <tr key={of.kind}>
              <th scope="row">{of.kind}</th>
              <td>
                {of.kind === 'USER' ? (
                  <span class="muted">{of.watched ? '● where there are any' : '○ none'}</span>
                ) : (
                  <KindChoice of={of} levels={levels} label={of.watched ? 'yes' : 'no'} />
                )}
              </td>
              <td class="words">{of.meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Panel>
);

/** In points: ticks are the settings', points what whoever looks thinks in. */
const Bands = ({
  of: { products, sessionWindow, horizonMinutes, primaryHorizonMinutes },
}: {
  of: Settings;
}) => (
  <Panel title="Products" note="bands around a level, points; own prices">
    <Scroll label="Bands by product">
      <table>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <NumberHead>Approach</NumberHead>
            <NumberHead>Touch</NumberHead>
            <NumberHead>Re-arm</NumberHead>
            <NumberHead>Barrier</NumberHead>
            <NumberHead>Round step</NumberHead>
            <th scope="col">Own prices</th>
          </tr>
        </thead>
        <tbody>
          {products.map(({ root, name, tickNanos, bands, roundStepTicks, userPrices }) => {
            const points = (ticks: number) => priceText(ticksToPoints(ticks, tickNanos), tickNanos);
            return (
              <tr key={root} title={name}>
                <th scope="row">{root}</th>
                <td class="number">{points(bands.approachTicks)}</td>
                <td class="number">{points(bands.touchTicks)}</td>
                <td class="number">{points(bands.rearmTicks)}</td>
                <td class="number">{points(bands.barrierTicks)}</td>
                <td class="number">{points(roundStepTicks)}</td>
                <td class="figure">
                  {userPrices.length === 0 ? (
                    <span class="muted">none</span>
                  ) : (
                    userPrices.map((price) => priceText(price, tickNanos)).join(', ')
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
    <p class="hint">
      Touches count in {sessionWindow === 'rth' ? 'regular trading hours' : 'all hours'}; outcomes are
      measured after {horizonMinutes.join(', ')} minutes, of which {primaryHorizonMinutes} is the primary
      horizon.
    </p>
  </Panel>
);

/** When a choice takes effect: at once, later, and in history. */
function Effect({ of: { chosen, products }, levels }: { of: Settings; levels: Levels }) {
  const shownZone = useObserved(zone);
  const [root, setRoot] = useState(products[0].root);
  const [asked, setAsked] = useState<BackfillAsked>();
  const built = useApi(partitionsAnswer, '/partitions', { layer: 'gold', product: root });
  // Other days are stale by it.
  useEffect(built.again, [chosen?.version]);
  const dates = (built.answer?.partitions ?? []).flatMap(({ tradeDate }) => tradeDate ?? []).sort();
  const stale = (built.answer?.partitions ?? []).filter(({ because }) => because.length > 0).length;
  return (
    <>
      <Panel
        wide
        title="When it takes effect"
        note={
          chosen
            ? `${chosen.configured ? 'as configured again' : 'chosen here'} ${dateTime(Date.parse(chosen.at), shownZone)}, version ${chosen.version}`
            : 'as configured; nothing has been chosen here yet'
        }
      >
        <dl class="facts">
          <dt>At once</dt>
          <dd>prices of your own are drawn in the live market, with their distance in the cards</dd>
          <dt>From the next session on</dt>
          <dd>
            of each contract: approaches, touches, answers and alerts, live and in its rows. A session that is
            being followed goes on as it began.
          </dd>
          <dt>In history</dt>
          <dd>
            after a backfill: days that are built are stale until then, and tell of the levels as they were
          </dd>
        </dl>
        <div class="filters actions">
          <ProductChoice of={products} root={root} onChange={setRoot} />
          <button
            type="button"
            disabled={dates.length === 0}
            onClick={() =>
              setAsked({ symbol: root, start: dates[0], end: dates.at(-1)!, reprocess: 'stale' })
            }
          >
            Bring history after
          </button>
          <span class="muted">
            {built.answer &&
              (dates.length === 0
                ? 'nothing of it is built'
                : `${stale} of ${dates.length} built days are stale`)}
          </span>
          {chosen && !chosen.configured && (
            <button type="button" disabled={levels.busy} onClick={() => void levels.choose(null)}>
              As configured
            </button>
          )}
        </div>
      </Panel>
      {asked && (
        <BackfillForm
          asked={asked}
          onChange={setAsked}
          onEnd={() => {
            setAsked(undefined);
            built.again();
          }}
        />
      )}
    </>
  );
}
