import { msOf, clockTime, duration } from '../figures/time';
import { count, decimal, percent } from '../figures/numbers';
import { CLASSES, Outcome } from '../parts/Outcome';
import { Notice } from '../parts/Notice';
import { NumberHead } from '../parts/NumberHead';
import { ShareBar, ShareText, type Share } from '../parts/ShareBar';
import { linkTo } from '../shell/addresses';
import { zone } from '../shell/preferences';
import { levelsInReach, type ReachedLevel } from './reach';
import { levelName, type Answer, type ShownSession } from './session';
import { useFrames } from './useFrames';
import { useObserved } from '../shell/useObserved';

/** What happens now: every watched level in reach, nearest first, and what happened the last times it looked like this. */
export function NowCards({ session }: { session: ShownSession }) {
  useFrames(session, 250);
  useObserved(session.answers);
  if (!session.market.frame) return null;
  const reached = levelsInReach(session);
  return (
    <section class="panel now" aria-label="Now">
      <header>
        <h2>Now</h2>
        <span class="muted">levels in reach, nearest first</span>
      </header>
      {reached.length === 0 && (
        <Notice title="No level in reach">
          <p>Price is far from every watched level, or none is known yet at this hour.</p>
        </Notice>
      )}
      {reached.map((one) => (
        <Card key={one.level.id} one={one} session={session} />
      ))}
    </section>
  );
}

function Card({ one, session }: { one: ReachedLevel; session: ShownSession }) {
  const { level, distance, velocity, arrival, inBand, resting, filled, pulled, answer } = one;
  return (
    <article class={inBand ? 'card near' : 'card'}>
      <h3>
        {levelName(level.id)} <span class="number">{session.priceText(level.price)}</span>{' '}
        <span class="muted">
          {distance > 0 ? 'above' : 'below'}
          {inBand && ', approach band'}
        </span>
      </h3>
      <dl class="inline">
        <dt>distance</dt>
        <dd>{session.priceText(Math.abs(distance))} pt</dd>
        <dt>velocity</dt>
        <dd>{velocity === null ? '–' : `${session.priceText(60 * velocity)} pt/min`}</dd>
        <dt>at this pace</dt>
        <dd>{arrival === null ? '–' : duration(1000 * arrival)}</dd>
        <dt>resting</dt>
        <dd>{count(resting)}</dd>
        <dt>filled / pulled</dt>
        <dd>
          {count(filled)} / {count(pulled)}
        </dd>
      </dl>
      {answer && <Said answer={answer} />}
      {!answer && inBand && isAwaited(session) && (
        <p class="hint">
          No answer in this session yet. They come from a live worker, such as <code>./spymaster live</code>:{' '}
          <a href={linkTo('operations')}>Operations</a> tells whether one is there.
        </p>
      )}
      {!session.knows(level.id) && (
        <p class="hint">A price of your own: answers and alerts come from the next session on.</p>
      )}
    </article>
  );
}

/** Answers are given of touches in regular hours; a replay has its own. */
function isAwaited({ hello, answers, now }: ShownSession): boolean {
  const { mode, hours } = hello.get()!;
  return mode === 'live' && answers.get().length === 0 && now >= hours.rthOpen && now < hours.rthClose;
}

/** Model and precedents side by side, each with n, interval and base rate; or why there is nothing to say. */
function Said({ answer }: { answer: Answer }) {
  const shownZone = useObserved(zone);
  const { episode, model, precedents, trigger } = answer;
  return (
    <div class="said">
      <p>
        <strong>{trigger === 'touch' ? 'Touch' : 'Approach'}</strong> {episode.direction} at{' '}
        {clockTime(msOf(episode.at), shownZone)}, attempt {episode.attempt}{' '}
        {trigger === 'touch' && <a href={linkTo('precedents', [episode.id])}>precedents</a>}
      </p>
      {'missing' in precedents ? (
        <p class="verdict warn">No precedents: {precedents.missing}</p>
      ) : (
        <>
          {precedents.status === 'insufficient_evidence' && (
            <div class="verdict warn">
              Not enough evidence
              {precedents.reasons.map((reason) => (
                <p key={reason}>{reason}</p>
              ))}
            </div>
          )}
          <table class="shares">
            <thead>
              <tr>
                <th scope="col">{precedents.horizonMinutes} min</th>
                <th scope="col" class="bar">
                  <span class="unseen">drawn, 0 to 100 %</span>
                </th>
                <NumberHead>precedents</NumberHead>
                <NumberHead>base rate</NumberHead>
                <NumberHead>model</NumberHead>
              </tr>
            </thead>
            <tbody>
              {CLASSES.map((outcome) => {
                const found: Share = precedents.frequencies?.[outcome] ?? { share: null, low: 0, high: 1 };
                return (
                  <tr key={outcome}>
                    <th scope="row">
                      <Outcome of={outcome} />
                    </th>
                    <td class="bar">
                      <ShareBar of={found} outcome={outcome} base={precedents.base.outcomes[outcome]} />
                    </td>
                    <td class="number">
                      <ShareText of={found} />
                    </td>
                    <td class="number">
                      <ShareText of={precedents.base.outcomes[outcome]} />
                    </td>
                    <td class="number">{'missing' in model ? '–' : percent(model.probabilities[outcome])}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p class="hint">
            n {count(precedents.n)}, effective {decimal(precedents.effectiveN, 0)}; base rate of n{' '}
            {count(precedents.base.n)} in {count(precedents.base.sessions)} sessions
            {precedents.unusual.percentile !== null &&
              `; farther from its precedents than ${decimal(precedents.unusual.percentile, 0)} % of earlier touches`}
            .
          </p>
          <Horizons of={precedents.horizons} />
        </>
      )}
      <p class="hint">
        {'missing' in model
          ? `No forecast of a model: ${model.missing}.`
          : `${model.versions.model ?? 'Base rates'}: ${model.edge.words}`}
      </p>
    </div>
  );
}

/** What the same precedents came to at every horizon. */
function Horizons({ of }: { of: Exclude<Answer['precedents'], { missing: string }>['horizons'] }) {
  if (of.every(({ frequencies }) => !frequencies)) return null;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Horizon</th>
          {CLASSES.map((outcome) => (
            <NumberHead key={outcome}>{outcome}</NumberHead>
          ))}
          <NumberHead>n</NumberHead>
        </tr>
      </thead>
      <tbody>
        {of.map(({ minutes, n, frequencies }) => (
          <tr key={minutes}>
            <th scope="row">{minutes} min</th>
            {CLASSES.map((outcome) => (
              <td key={outcome} class="number">
                {frequencies ? <ShareText of={frequencies[outcome]} /> : '–'}
              </td>
            ))}
            <td class="number">{count(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
