import type { PrecedentsAnswer } from '../../../graph/precedents/answer';
import { count, counted, decimal, percent } from '../figures/numbers';
import { NumberHead } from '../parts/NumberHead';
import { CLASSES, Outcome } from '../parts/Outcome';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { ShareBar, ShareText } from '../parts/ShareBar';

/** How the precedents ended beside how all ended, or why that tells nothing. */
export function AnswerPanel({ of }: { of: PrecedentsAnswer }) {
  const { frequencies, base, shrunk, trust, searched } = of;
  return (
    <Panel title="How they ended" note={`within ${of.horizonMinutes} min of the touch`}>
      {of.status === 'insufficient_evidence' ? (
        <div class="verdict warn">
          Not enough evidence
          {of.reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      ) : (
        <p class="verdict">{trust.direction}</p>
      )}
      <Scroll label="Shares of the outcomes">
        <table class="shares">
          <thead>
            <tr>
              <th scope="col">Outcome</th>
              <th scope="col" class="bar">
                <span class="unseen">Drawn</span>0 to 100 %
              </th>
              <NumberHead>Precedents, 90 %</NumberHead>
              <NumberHead>n</NumberHead>
              <NumberHead>Base rate, 90 %</NumberHead>
              <NumberHead>Shrunk</NumberHead>
            </tr>
          </thead>
          <tbody>
            {CLASSES.map((outcome) => {
              const found = frequencies?.[outcome];
              return (
                <tr key={outcome}>
                  <th scope="row">
                    <Outcome of={outcome} />
                  </th>
                  <td class="bar">
                    <ShareBar
                      of={found ?? { share: null, low: 0, high: 1 }}
                      outcome={outcome}
                      base={base.outcomes[outcome]}
                    />
                  </td>
                  <td class="number">{found ? <ShareText of={found} /> : '–'}</td>
                  <td class="number">{found ? `${count(found.count)} / ${count(of.n)}` : '–'}</td>
                  <td class="number">
                    <ShareText of={base.outcomes[outcome]} />
                  </td>
                  <td class="number">{percent(shrunk?.[outcome])}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <p class="hint">
        Wide band and line: precedents. Mark above: base rate. Shrunk: what volatility, distance and time of
        day make expect, corrected by the precedents as it served best on earlier sessions.
      </p>
      <dl class="facts">
        <dt>Precedents</dt>
        <dd>
          n {count(of.n)}, effective n {decimal(of.effectiveN, 1)}, of{' '}
          {counted(searched.candidates, 'candidate')} in {counted(searched.sessions, 'earlier session')}
        </dd>
        <dt>Searched</dt>
        <dd>
          {searched.partition}
          {searched.rung !== 'partition' && ` → ${searched.rung}`}
        </dd>
        <dt>Base rate</dt>
        <dd>
          n {count(base.n)} in {counted(base.sessions, 'session')}
        </dd>
        <dt>How unusual</dt>
        <dd>
          {of.unusual.percentile === null
            ? 'not known'
            : `farther from its precedents than ${decimal(of.unusual.percentile, 0)} % of earlier touches`}
        </dd>
        <dt>Gain shown</dt>
        <dd>{gainText(trust.gain)}</dd>
      </dl>
    </Panel>
  );
}

/** In thousandths of a nat: log loss spared an episode, on earlier sessions. */
function gainText(gain: PrecedentsAnswer['trust']['gain']): string {
  if (!gain) return 'not known yet';
  const mnats = (value: number | null) => (value === null ? '–' : decimal(1000 * value, 1));
  return (
    `${mnats(gain.nats)} [${mnats(gain.low)}, ${mnats(gain.high)}] thousandths of a nat an episode over volatility, ` +
    `distance and time of day (n ${count(gain.episodes)}, ${count(gain.sessions)} sessions)`
  );
}
