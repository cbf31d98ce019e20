import type { ComponentChildren } from 'preact';
import { processesAnswer, type Latency, type ProcessesAnswer } from '../../../graph/api/processes';
import { useApi } from '../api/useApi';
import { count, decimal, NONE } from '../figures/numbers';
import { clockTime, duration, msOf } from '../figures/time';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { Worded } from '../parts/Worded';
import { zone } from '../shell/preferences';
import { useNow } from '../shell/useNow';
import { useObserved } from '../shell/useObserved';

const EVERY_MS = 5000;
const TAKES = { control: 'workflows', cpu: 'stages', live: 'live sessions' } as const;

/** Whether what runs beside the lake is there, how far behind it is, and how soon it answers. */
export function Health() {
  const asked = useApi(processesAnswer, '/processes', {}, EVERY_MS);
  return (
    <Panel wide title="Health" note="what runs beside the lake">
      <Answered asked={asked} what="what runs">
        {(of) => (
          <>
            <Facts of={of} />
            <Sessions of={of.sessions} />
            <Markets of={of.hub.markets} />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function Facts({ of: { server, workers, hub, answers, frames } }: { of: ProcessesAnswer }) {
  const now = useNow(1000);
  return (
    <dl class="facts">
      <dt>Temporal</dt>
      <dd>
        {server.up && <Good>{server.address} answers</Good>}
        {server.problem && (
          <Bad>
            <Worded text={server.problem} />
          </Bad>
        )}
      </dd>
      <dt>Workers</dt>
      <dd>
        {!server.up && NONE}
        {server.up && workers.length === 0 && (
          <Bad>
            none of this lake: <code>./spymaster worker</code> starts one
          </Bad>
        )}
        {workers.map(({ process, takes, isCurrent }) => (
          <div key={process}>
            {isCurrent ? (
              <Good>{process}</Good>
            ) : (
              <Bad>{process} runs other code than is here: stop it and start it again</Bad>
            )}
            <span class="muted">, for {takes.map((role) => TAKES[role]).join(', ')}</span>
          </div>
        ))}
      </dd>
      <dt>Event hubs</dt>
      <dd>
        {hub.problem === null ? (
          <Good>answer</Good>
        ) : (
          <Bad>
            <Worded text={hub.problem} />
          </Bad>
        )}
      </dd>
      <dt>Scorer</dt>
      <dd>
        {answers.latestAt === null ? (
          <span class="muted">nothing has been answered live yet</span>
        ) : (
          <>
            {answers.missing === null ? (
              <Good>{answers.model ?? 'base rates: there is no champion'}</Good>
            ) : (
              <Bad>{answers.missing}</Bad>
            )}
            <span class="muted">, {duration(now - Date.parse(answers.latestAt))} ago</span>
          </>
        )}
      </dd>
      <dt>Trigger to answer</dt>
      <dd>
        <Percentiles of={answers.latency} />
      </dd>
      <dt>Hub to screens</dt>
      <dd>
        <Percentiles of={frames} />
      </dd>
    </dl>
  );
}

function Percentiles({ of }: { of: Latency }) {
  if (!of) return <span class="muted">nothing to measure yet</span>;
  const ms = (value: number) => `${decimal(value, value < 10 ? 1 : 0)} ms`;
  return (
    <span class="figure">
      p50 {ms(of.p50)}, p90 {ms(of.p90)}, p99 {ms(of.p99)} <span class="muted">n {count(of.n)}</span>
    </span>
  );
}

/** Whoever follows a session tells so far more often, ms. */
const SILENT_AFTER_MS = 60_000;

function Phase({ of: { phase, toldAt }, now }: { of: ProcessesAnswer['sessions'][number]; now: number }) {
  if (phase === null) return <span class="muted">not told</span>;
  const isUnderWay = phase === 'following' || phase === 'catching up';
  const isSilent = toldAt !== null && now - Date.parse(toldAt) > SILENT_AFTER_MS;
  return isUnderWay && isSilent ? <Bad>{phase}, and silent since</Bad> : <>{phase}</>;
}

/** Contract-dates that are followed, each with how old its state is. */
function Sessions({ of }: { of: ProcessesAnswer['sessions'] }) {
  const now = useNow(1000);
  const shownZone = useObserved(zone);
  const ago = (time: string | null) => (time === null ? NONE : `${duration(now - Date.parse(time))} ago`);
  if (of.length === 0)
    return (
      <p class="hint">
        No session is followed: <code>./spymaster live</code> follows one.
      </p>
    );
  return (
    <Scroll label="Followed sessions">
      <table>
        <thead>
          <tr>
            <th scope="col">Followed</th>
            <th scope="col">How it goes</th>
            <NumberHead>Waiting</NumberHead>
            <NumberHead>Lag</NumberHead>
            <NumberHead>Latest record, {shownZone}</NumberHead>
            <NumberHead>Answers</NumberHead>
            <NumberHead>Told</NumberHead>
            <NumberHead>State kept</NumberHead>
          </tr>
        </thead>
        <tbody>
          {of.map((session) => (
            <tr key={`${session.contract} ${session.tradeDate}`}>
              <th scope="row">
                {session.contract} {session.tradeDate}
              </th>
              <td>
                <Phase of={session} now={now} />
              </td>
              <td class="number">{count(session.behind)}</td>
              <td class="number">{session.lagMs === null ? NONE : lagText(session.lagMs)}</td>
              <td class="number">
                {session.market === null ? NONE : clockTime(msOf(session.market), shownZone)}
              </td>
              <td class="number">{count(session.results)}</td>
              <td class="number">{ago(session.toldAt)}</td>
              <td class="number">{ago(session.checkpointAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Markets of the hub as the gateway follows them for screens. */
function Markets({ of }: { of: ProcessesAnswer['hub']['markets'] }) {
  const shownZone = useObserved(zone);
  if (of.length === 0) return null;
  return (
    <Scroll label="Markets in the hub">
      <table>
        <thead>
          <tr>
            <th scope="col">Shown</th>
            <th scope="col">How it goes</th>
            <NumberHead>Lag</NumberHead>
            <NumberHead>Latest record, {shownZone}</NumberHead>
          </tr>
        </thead>
        <tbody>
          {of.map(({ contract, state, detail, at, lagMs }) => (
            <tr key={contract}>
              <th scope="row">{contract}</th>
              <td>
                {state}
                {detail && <span class="muted">: {detail}</span>}
              </td>
              <td class="number">{lagMs === null ? NONE : lagText(lagMs)}</td>
              <td class="number">{at === null ? NONE : clockTime(msOf(at), shownZone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface Children {
  children: ComponentChildren;
}
const Good = ({ children }: Children) => (
  <>
    <span class="well" aria-hidden="true">
      ●
    </span>{' '}
    {children}
  </>
);
const Bad = ({ children }: Children) => (
  <span class="warned">
    <span aria-hidden="true">▲</span> {children}
  </span>
);

const lagText = (ms: number) => (ms < 2000 ? `${count(ms)} ms` : duration(ms));
