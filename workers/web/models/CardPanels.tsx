import type { z } from 'zod';
import type { modelAnswer } from '../../../graph/api/models';
import { count, decimal, signed } from '../figures/numbers';
import { dateTime, msOf } from '../figures/time';
import { GainBar } from '../parts/GainBar';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { Reliability } from '../parts/Reliability';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';

export type Card = z.infer<typeof modelAnswer>;

const MILLI = 1000;

/** What the version has shown, and what it was made from. */
export function StandingPanel({ of }: { of: Card }) {
  const shownZone = useObserved(zone);
  const { training } = of.record;
  return (
    <Panel
      title={`${of.product} ${of.model}@${of.version}`}
      note={of.alias ?? 'neither champion nor challenger'}
    >
      <p class={of.verdict?.passed ? 'verdict good' : 'verdict warn'}>
        {of.headline}
        {of.despiteGate && ' It was promoted despite the gate.'}
      </p>
      {of.verdict?.words.map((words) => (
        <p key={words} class="muted">
          {words}
        </p>
      ))}
      <dl class="facts">
        <dt>Trained on</dt>
        <dd>
          {count(training.episodes)} episodes of {count(training.sessions)} sessions, {training.firstSession}{' '}
          to {training.lastSession}
        </dd>
        <dt>Published</dt>
        <dd class="figure">
          {dateTime(msOf(of.record.createdAt), shownZone)} {shownZone}
        </dd>
        <dt>Features</dt>
        <dd>{of.record.featureTable}</dd>
        <dt>Settings</dt>
        <dd class="figure">{of.record.settingsVersion}</dd>
      </dl>
      <h3 class="hint">When not to trust it</h3>
      <ul>
        {of.whenNotToTrust.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {of.sessionsNeeded.map(({ words }) => (
        <p key={words} class="muted">
          {words}
        </p>
      ))}
    </Panel>
  );
}

/** How much less its forecasts cost than those of what is known without it. */
export function SkillPanel({ of }: { of: Card }) {
  const reach = Math.max(
    ...of.comparisons.flatMap(({ gain, low, high }) => [gain, low ?? 0, high ?? 0].map(Math.abs)),
    1e-4,
  );
  return (
    <Panel
      title="Skill over what is known without it"
      note="thousandths of a nat an episode, 90 % by whole sessions"
    >
      <Scroll label="Gains">
        <table>
          <thead>
            <tr>
              <th scope="col">Against</th>
              <NumberHead>Gain</NumberHead>
              <NumberHead>Interval</NumberHead>
              <th scope="col">
                <span class="unseen">Drawn, </span>±{decimal(MILLI * reach, 0)}
              </th>
              <NumberHead>Sessions</NumberHead>
              <NumberHead>n</NumberHead>
            </tr>
          </thead>
          <tbody>
            {of.comparisons.map(({ against, gain, low, high, sessions, n }) => (
              <tr key={against}>
                <th scope="row">{against === 'martingale' ? 'martingale value (direction)' : against}</th>
                <td class="number">{signed(MILLI * gain, 1)}</td>
                <td class="number">
                  {low === null || high === null
                    ? 'not known'
                    : `${signed(MILLI * low, 1)} to ${signed(MILLI * high, 1)}`}
                </td>
                <td>
                  <GainBar gain={gain} low={low} high={high} reach={reach} />
                </td>
                <td class="number">{count(sessions)}</td>
                <td class="number">{count(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

export const ReliabilityPanel = ({ of }: { of: Card }) => (
  <Panel
    wide
    title="Reliability"
    note="per cent forecast across, per cent that came true upward; out of sample, 90 % intervals"
  >
    {of.record.evaluation.reliability.length === 0 ? (
      <p class="muted">It was not scored finely enough to say.</p>
    ) : (
      <Reliability points={of.record.evaluation.reliability} />
    )}
  </Panel>
);

/** Those that are not called by their words. */
const FIGURES: Readonly<Record<string, string>> = {
  brier: 'Brier score',
  chop_gain: 'CHOP gain',
  ece: 'ECE',
};

export function FiguresPanel({ of }: { of: Card }) {
  return (
    <Panel title="Figures out of sample" note="90 % intervals by whole sessions">
      <Scroll label="Figures">
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <NumberHead>Value</NumberHead>
              <NumberHead>Interval</NumberHead>
              <th scope="col">Unit</th>
              <NumberHead>n</NumberHead>
            </tr>
          </thead>
          <tbody>
            {Object.entries(of.record.metrics).map(([name, { value, low, high, unit, n }]) => (
              <tr key={name}>
                <th scope="row">{FIGURES[name] ?? name.replaceAll('_', ' ')}</th>
                <td class="number">{decimal(value, 4)}</td>
                <td class="number">
                  {decimal(low, 4)} to {decimal(high, 4)}
                </td>
                <td>{unit === '1' ? '' : unit}</td>
                <td class="number">{count(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

export function PartitionsPanel({ of }: { of: Card }) {
  const { partitions } = of.record.evaluation;
  const reach = Math.max(...partitions.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]), 1e-4);
  return (
    <Panel title="By partition" note="gain over the base rate, thousandths of a nat an episode, 90 %">
      {partitions.length === 0 ? (
        <p class="muted">It was not scored by partition.</p>
      ) : (
        <Scroll label="Gains by partition">
          <table>
            <thead>
              <tr>
                <th scope="col">Partition</th>
                <NumberHead>Gain</NumberHead>
                <th scope="col">
                  <span class="unseen">Drawn, </span>±{decimal(MILLI * reach, 0)}
                </th>
                <NumberHead>Sessions</NumberHead>
                <NumberHead>n</NumberHead>
              </tr>
            </thead>
            <tbody>
              {partitions.map(({ level, direction, timeOfDay, gain, low, high, sessions, n }) => (
                <tr key={`${level} ${direction} ${timeOfDay}`}>
                  <th scope="row">
                    {level} {direction} {timeOfDay}
                  </th>
                  <td class="number">{signed(MILLI * gain, 1)}</td>
                  <td>
                    <GainBar gain={gain} low={low} high={high} reach={reach} />
                  </td>
                  <td class="number">{count(sessions)}</td>
                  <td class="number">{count(n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
