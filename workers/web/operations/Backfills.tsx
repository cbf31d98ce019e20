import { useState } from 'preact/hooks';
import type { z } from 'zod';
import {
  backfillAnswer,
  startedAnswer,
  type backfillsAnswer,
  type STEERS,
} from '../../../graph/api/backfills';
import { ApiError, send } from '../api/client';
import { useApi, type Asked } from '../api/useApi';
import { count, decimal } from '../figures/numbers';
import { dateTime, duration } from '../figures/time';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';

export type ListedBackfills = z.infer<typeof backfillsAnswer>;
type Listed = ListedBackfills['backfills'][number];
type Action = (typeof STEERS)[number];

const ASK_EVERY_MS = 1000;

export const isRunning = ({ status }: Listed): boolean => status === 'running' || status === 'paused';

/** Backfills that run and ran, steered from here, each with its page in the Temporal UI. */
export function Backfills({ asked, onAsk }: { asked: Asked<ListedBackfills>; onAsk: () => void }) {
  const ui = asked.answer?.server.ui;
  const [chosen, setChosen] = useState<string>();
  return (
    <Panel
      wide
      title="Backfills"
      note={
        ui && (
          <a href={ui} target="_blank" rel="noreferrer">
            Temporal UI
          </a>
        )
      }
    >
      <div class="filters">
        <button type="button" onClick={onAsk}>
          Build dates …
        </button>
      </div>
      <Answered asked={asked} what="the backfills">
        {({ backfills }) => {
          const shown = backfills.find(({ runId }) => runId === chosen) ?? backfills.find(isRunning);
          if (backfills.length === 0)
            return <p class="hint">None yet. Rows of the grid below can be chosen to be built, too.</p>;
          return (
            <>
              <List of={backfills} shown={shown} onChoose={setChosen} />
              {shown && <Progress key={shown.runId} of={shown} onChange={asked.again} />}
            </>
          );
        }}
      </Answered>
    </Panel>
  );
}

function List(props: {
  of: readonly Listed[];
  shown: Listed | undefined;
  onChoose: (runId: string) => void;
}) {
  const shownZone = useObserved(zone);
  return (
    <Scroll label="List of backfills">
      <table>
        <thead>
          <tr>
            <th scope="col">Backfill</th>
            <th scope="col">Status</th>
            <NumberHead>Done</NumberHead>
            <NumberHead>Failed</NumberHead>
            <th scope="col">Started, {shownZone}</th>
            <th scope="col">Took</th>
            <th scope="col">Temporal</th>
          </tr>
        </thead>
        <tbody>
          {props.of.map((one) => {
            const { workflowId, runId, status, counts, started, ended, ui } = one;
            const failed = Number(counts?.failed ?? 0);
            return (
              <tr key={runId}>
                <th scope="row" class="figure">
                  <button
                    type="button"
                    class="cell"
                    aria-pressed={one === props.shown}
                    onClick={() => props.onChoose(runId)}
                  >
                    {workflowId}
                  </button>
                </th>
                <td>{status}</td>
                <td class="number">{counts ? `${count(counts.done)}/${count(counts.total)}` : '–'}</td>
                <td class={failed > 0 ? 'number bad' : 'number'}>{counts ? count(failed) : '–'}</td>
                <td class="figure">{dateTime(Date.parse(started), shownZone)}</td>
                <td class="figure">
                  {ended === null ? '' : duration(Date.parse(ended) - Date.parse(started))}
                </td>
                <td>
                  {ui === null ? (
                    <span class="muted">no UI known</span>
                  ) : (
                    <a href={ui} target="_blank" rel="noreferrer" aria-label={`workflow of ${workflowId}`}>
                      workflow
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

/** How one goes, told by its workflow while it runs. */
function Progress({ of, onChange }: { of: Listed; onChange: () => void }) {
  const progress = useApi(
    backfillAnswer,
    `/backfills/${encodeURIComponent(of.workflowId)}`,
    {},
    isRunning(of) ? ASK_EVERY_MS : undefined,
  );
  return (
    <Answered asked={progress} what={`how ${of.workflowId} goes`}>
      {(now) => (
        <>
          <h3>{of.workflowId}</h3>
          <div class="progress-line">
            <progress max={Math.max(1, now.counts.total)} value={now.counts.done} aria-label="Builds done" />
            <span class="figure">
              {count(now.counts.done)} of {count(now.counts.total)}
            </span>
            <span>{now.phase}</span>
            {now.perMinute !== null && (
              <span>{decimal(now.perMinute, now.perMinute < 10 ? 1 : 0)} a minute</span>
            )}
            {now.etaSeconds !== null && now.phase === 'running' && (
              <span>{duration(now.etaSeconds * 1000)} left</span>
            )}
          </div>
          <Steering of={of} now={now} onChange={onChange} />
          {now.running.length > 0 && <p class="hint">Under way: {now.running.join(', ')}</p>}
          {now.untouched.length > 0 && <p class="hint">Not begun: {now.untouched.join(', ')}</p>}
          {now.failed.length > 0 && (
            <Scroll label="What failed">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Failed</th>
                    <th scope="col">Failure</th>
                    <th scope="col">In words</th>
                  </tr>
                </thead>
                <tbody>
                  {now.failed.map(({ key, type, message }) => (
                    <tr key={key}>
                      <th scope="row" class="figure">
                        {key.replaceAll('/', ' ')}
                      </th>
                      <td>{type}</td>
                      <td class="words">{message}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )}
        </>
      )}
    </Answered>
  );
}

const WORDS: Record<Action, string> = {
  pause: 'Pause',
  resume: 'Go on',
  retry: 'Build again what failed',
  cancel: 'Cancel',
};

function Steering(props: { of: Listed; now: z.infer<typeof backfillAnswer>; onChange: () => void }) {
  const { of, now, onChange } = props;
  const [said, setSaid] = useState<string | null>(null);
  if (!isRunning(of)) return null;
  const actions: Action[] = [
    now.phase === 'paused' ? 'resume' : 'pause',
    ...(Number(now.counts.failed ?? 0) > 0 ? (['retry'] as const) : []),
    'cancel',
  ];
  const steer = (action: Action) => {
    setSaid(null);
    send(startedAnswer, `/backfills/${encodeURIComponent(of.workflowId)}/${action}`)
      .then(({ note }) => setSaid(note))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setSaid(error.message);
      })
      .finally(onChange);
  };
  return (
    <>
      <div class="filters actions">
        {actions.map((action) => (
          <button key={action} type="button" onClick={() => steer(action)}>
            {WORDS[action]}
          </button>
        ))}
      </div>
      {said !== null && <p role="alert">{said}</p>}
    </>
  );
}
