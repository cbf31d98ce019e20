import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { answersAnswer } from '../../../graph/api/answers';
import { TRIGGERS, type Trigger } from '../../../graph/scoring/subject';
import { useApi } from '../api/useApi';
import { count, counted, signed } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { Notice } from '../parts/Notice';
import { Panel } from '../parts/Panel';
import { Reliability } from '../parts/Reliability';
import type { Chosen } from './Filters';

type Source = z.infer<typeof answersAnswer>['sources'][number];

const NAMES: Record<Source['source'], string> = {
  model: 'Model',
  'base rate': 'Base rates, in the place of a model',
  precedents: 'Precedents',
};
const OF: Record<Trigger, string> = { touch: 'touches', approach: 'approaches' };
const MILLI = 1000;
const REASONS_SHOWN = 5;

/** How what was shown while sessions were followed live turned out. */
export function AnswersJudged({ chosen: { date, level, direction, timeOfDay } }: { chosen: Chosen }) {
  const [trigger, setTrigger] = useState<Trigger>('touch');
  const asked = useApi(answersAnswer, '/answers', {
    level,
    direction,
    timeOfDay,
    start: date,
    end: date,
    trigger,
  });
  return (
    <Panel wide title="How answers turned out" note="what was shown live, and how often it came true">
      <div class="filters" role="group" aria-label="Answers to">
        {TRIGGERS.toReversed().map((one) => (
          <button key={one} type="button" aria-pressed={trigger === one} onClick={() => setTrigger(one)}>
            {OF[one]}
          </button>
        ))}
      </div>
      <Answered asked={asked} what="the answers">
        {({ shown, sessions, undecided, sources, trigger: of }) =>
          shown === 0 ? (
            <Notice title="Nothing as chosen was answered live">
              <p>
                What <code>./spymaster live</code> says of a session it follows is kept, and judged here once
                its outcome is known.
              </p>
            </Notice>
          ) : (
            <>
              <p>
                {count(shown)} {OF[of]} answered in {counted(sessions, 'session')}
                {undecided > 0 && `, ${count(undecided)} of them without an outcome that is known`}.
              </p>
              {sources.map((source) => (
                <Turned key={source.source} of={source} />
              ))}
            </>
          )
        }
      </Answered>
    </Panel>
  );
}

function Turned({ of }: { of: Source }) {
  const { source, versions, answered, judged, sessions, silent, gain, reliability } = of;
  const without = silent.reduce((sum, { n }) => sum + n, 0);
  return (
    <section class="turned" aria-label={NAMES[source]}>
      <h3>
        {NAMES[source]} {versions.length > 0 && <span class="muted">{versions.join(', ')}</span>}
      </h3>
      <p>
        {count(answered)} answers with shares; {count(judged)} judged, of {counted(sessions, 'session')}
        {gain &&
          ` · ${signed(gain.nats * MILLI, 0)} thousandths of a nat over the base rate that stood beside` +
            (gain.low === null || gain.high === null
              ? ', of too few sessions for an interval'
              : ` (90 %: ${signed(gain.low * MILLI, 0)} to ${signed(gain.high * MILLI, 0)})`)}
        .
      </p>
      {judged > 0 && <Reliability points={reliability} />}
      {without > 0 && (
        <>
          <p>{count(without)} without, which are counted in none of these figures:</p>
          <ul>
            {silent.slice(0, REASONS_SHOWN).map(({ why, n }) => (
              <li key={why}>
                {count(n)} × {why}
              </li>
            ))}
            {silent.length > REASONS_SHOWN && <li>and others</li>}
          </ul>
        </>
      )}
    </section>
  );
}
