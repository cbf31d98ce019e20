import type { PrecedentsAnswer } from '../../../graph/precedents/answer';
import { count, decimal, percent, signed } from '../figures/numbers';
import { NumberHead } from '../parts/NumberHead';
import { CLASSES } from '../parts/Outcome';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { ShareText } from '../parts/ShareBar';

/** The same precedents at every horizon. */
export const HorizonsPanel = ({ of }: { of: PrecedentsAnswer }) => (
  <Panel title="Horizons" note="shares among precedents, 90 % intervals">
    <Scroll label="Shares by horizon">
      <table>
        <thead>
          <tr>
            <th scope="col">Minutes</th>
            <NumberHead>n</NumberHead>
            <NumberHead>Effective n</NumberHead>
            {CLASSES.map((outcome) => (
              <NumberHead key={outcome}>{outcome}</NumberHead>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.horizons.map(({ minutes, n, effectiveN, frequencies }) => (
            <tr key={minutes}>
              <th scope="row">{minutes}</th>
              <td class="number">{count(n)}</td>
              <td class="number">{decimal(effectiveN, 1)}</td>
              {CLASSES.map((outcome) => (
                <td key={outcome} class="number">
                  {frequencies ? <ShareText of={frequencies[outcome]} /> : '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
    {of.excursions && <Excursions of={of.excursions} minutes={of.horizonMinutes} />}
  </Panel>
);

function Excursions({ of, minutes }: { of: NonNullable<PrecedentsAnswer['excursions']>; minutes: number }) {
  const reach = Math.max(of.favorable.q90, of.adverse.q90, 1);
  const x = (ticks: number) => (100 * Math.max(0, ticks)) / reach;
  return (
    <>
      <h3 class="hint">Excursions within {minutes} min, ticks from the level</h3>
      <div class="fan">
        {(['favorable', 'adverse'] as const).map((side) => {
          const { q10, q25, q50, q75, q90 } = of[side];
          return [
            <span key={side}>{side === 'favorable' ? 'Beyond the level' : 'Back from it'}</span>,
            <svg key={`${side} drawn`} viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">
              <rect class="outer" x={x(q10)} y="3" width={x(q90) - x(q10)} height="12" />
              <rect class="inner" x={x(q25)} y="3" width={x(q75) - x(q25)} height="12" />
              <line class="median" x1={x(q50)} x2={x(q50)} y1="1" y2="17" />
            </svg>,
            <span key={`${side} text`} class="figure">
              {decimal(q50, 1)}{' '}
              <span class="muted">{`10–90 %: ${decimal(q10, 1)} to ${decimal(q90, 1)}`}</span>
            </span>,
          ];
        })}
      </div>
    </>
  );
}

/** What is near in all of them. */
export function AlikePanel({ of: { attribution } }: { of: PrecedentsAnswer }) {
  const most = Math.max(...attribution.features.map(({ share }) => share), 1e-9);
  return (
    <Panel title="What made them alike" note="share of the likeness">
      {attribution.features.length === 0 ? (
        <p class="muted">There are no precedents to compare with.</p>
      ) : (
        <>
          <p class="muted">
            {attribution.groups.map(({ group, share }) => `${group} ${percent(share)}`).join(' · ')}
          </p>
          <Scroll label="Features by likeness">
            <table>
              <thead>
                <tr>
                  <th scope="col">Feature</th>
                  <th scope="col">Group</th>
                  <NumberHead>Share</NumberHead>
                  <th scope="col">
                    <span class="unseen">Drawn</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {attribution.features.map(({ feature, group, share }) => (
                  <tr key={feature}>
                    <th scope="row">{feature}</th>
                    <td>{group}</td>
                    <td class="number">{percent(share, 1)}</td>
                    <td>
                      <svg class="share-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                        <rect width={(100 * share) / most} height="8" />
                      </svg>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </Panel>
  );
}

/** Where those that broke differed from those that were rejected, and which of both this touch is like. */
export const ContrastPanel = ({ of: { attribution } }: { of: PrecedentsAnswer }) => (
  <Panel
    title="What set BREAK apart from REJECT"
    note="means among the precedents, z-scores of earlier sessions"
  >
    {attribution.contrasts.length === 0 ? (
      <p class="muted">Too few of either among the precedents to set them apart.</p>
    ) : (
      <Scroll label="Features by contrast">
        <table>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Group</th>
              <NumberHead>BREAK</NumberHead>
              <NumberHead>REJECT</NumberHead>
              <NumberHead>This touch</NumberHead>
              <NumberHead>t</NumberHead>
            </tr>
          </thead>
          <tbody>
            {attribution.contrasts.map(({ feature, group, broke, rejected, touch, t }) => (
              <tr key={feature}>
                <th scope="row">{feature}</th>
                <td>{group}</td>
                <td class="number">{signed(broke, 2)}</td>
                <td class="number">{signed(rejected, 2)}</td>
                <td class="number">{signed(touch, 2)}</td>
                <td class="number">{signed(t, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    )}
  </Panel>
);
