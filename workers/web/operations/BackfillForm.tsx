import { useState } from 'preact/hooks';
import type { z } from 'zod';
import { planAnswer, startedAnswer, type BackfillAsked } from '../../../graph/api/backfills';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { REPROCESS } from '../../../graph/planning/planner';
import { ApiError, send } from '../api/client';
import { useApi } from '../api/useApi';
import { count, counted } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { Panel } from '../parts/Panel';
import { Refusal } from '../parts/Refusal';
import { Scroll } from '../parts/Scroll';
import { Worded } from '../parts/Worded';

type Plan = z.infer<typeof planAnswer>;

const REDONE: Record<(typeof REPROCESS)[number], string> = {
  missing: 'what is missing',
  failed: 'missing or failed',
  stale: 'missing, failed or stale',
  all: 'everything again',
};

/** Asks for a backfill: what it would build is shown before it is started. */
export function BackfillForm(props: {
  asked: BackfillAsked;
  onChange: (asked: BackfillAsked) => void;
  /** It is not wanted any more, or has been started. */
  onEnd: () => void;
}) {
  const { asked, onChange, onEnd } = props;
  const { symbol, contract, start, end, reprocess = 'missing', layers = LAYERS } = asked;
  const change = (changes: Partial<BackfillAsked>) => onChange({ ...asked, ...changes });
  const plan = useApi(planAnswer, '/backfills/plan', {
    ...asked,
    layers: LAYERS.filter((layer) => layers.includes(layer)).join(','),
  });
  return (
    <Panel
      wide
      title="Build"
      note={
        contract ? `${contract}, of ${symbol}` : `${symbol}; each date's contract by volume the day before`
      }
    >
      <div class="filters">
        <label>
          Product
          <input
            type="text"
            size={5}
            value={symbol}
            onChange={({ currentTarget: { value } }) =>
              change({ symbol: value.trim().toUpperCase(), contract: undefined })
            }
          />
        </label>
        <label>
          from
          <input type="date" value={start} max={end} onChange={dateOf((start) => change({ start }))} />
        </label>
        <label>
          to
          <input type="date" value={end} min={start} onChange={dateOf((end) => change({ end }))} />
        </label>
        <label>
          build
          <select
            value={reprocess}
            onChange={({ currentTarget: { value } }) =>
              change({ reprocess: value as (typeof REPROCESS)[number] })
            }
          >
            {REPROCESS.map((value) => (
              <option key={value} value={value}>
                {REDONE[value]}
              </option>
            ))}
          </select>
        </label>
        <Layers of={layers} onChange={(layers) => change({ layers })} />
      </div>
      <Answered asked={plan} what="the plan">
        {(answer) => <Planned of={answer} asked={asked} onEnd={onEnd} outdated={plan.loading} />}
      </Answered>
      {!plan.answer && (
        <div class="filters actions">
          <Leave onEnd={onEnd} />
        </div>
      )}
    </Panel>
  );
}

const dateOf =
  (use: (date: string) => void) =>
  ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => {
    if (value !== '') use(value);
  };

function Layers({ of, onChange }: { of: readonly Layer[]; onChange: (layers: Layer[]) => void }) {
  return (
    <div class="filters" role="group" aria-label="Layers">
      {LAYERS.map((layer) => {
        const others = of.filter((one) => one !== layer);
        const isAsked = others.length < of.length;
        return (
          <label key={layer}>
            <input
              type="checkbox"
              checked={isAsked}
              disabled={isAsked && others.length === 0}
              onChange={() => onChange(isAsked ? others : [...of, layer])}
            />
            {layer}
          </label>
        );
      })}
    </div>
  );
}

/** What would be built and why, and the button that has it built. @param outdated whether another plan is asked for */
function Planned(props: { of: Plan; asked: BackfillAsked; onEnd: () => void; outdated: boolean }) {
  const { of, asked, onEnd, outdated } = props;
  const { items, upToDate, stale, missing, closed } = of;
  const [refused, setRefused] = useState<ApiError>();
  const [starting, setStarting] = useState(false);
  const start = () => {
    setStarting(true);
    setRefused(undefined);
    send(startedAnswer, '/backfills', asked)
      .then(onEnd)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setRefused(error);
      })
      .finally(() => setStarting(false));
  };
  const parts = [
    counted(items.length, 'build'),
    `${count(upToDate)} up to date`,
    ...(stale.length > 0 ? [`${count(stale.length)} stale and left`] : []),
    ...(missing.length > 0 ? [`${counted(missing.length, 'trade date')} without raw data`] : []),
  ];
  return (
    <>
      <p>
        <strong>{parts.join(', ')}.</strong> {closed ?? ''}
      </p>
      {items.length > 0 && (
        <Scroll label="Plan">
          <table>
            <thead>
              <tr>
                <th scope="col">Build</th>
                <th scope="col">Layers</th>
                <th scope="col">Why</th>
                <th scope="col">Because of</th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ partition, layers, reason, because }) => (
                <tr key={partition}>
                  <th scope="row" class="figure">
                    {partition}
                  </th>
                  <td>{layers.join(', ')}</td>
                  <td>{reason}</td>
                  <td class="words">{because.join('; ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {missing.slice(0, MISSING_SHOWN).map(({ tradeDate, reason }) => (
        <p key={tradeDate} class="hint">
          <Worded text={reason} />
        </p>
      ))}
      {refused && <Refusal title="It was not started" error={refused} />}
      <div class="filters actions">
        <button
          type="button"
          class="main"
          disabled={items.length === 0 || starting || outdated}
          onClick={start}
        >
          Start {counted(items.length, 'build')}
        </button>
        <Leave onEnd={onEnd} />
      </div>
    </>
  );
}

const Leave = ({ onEnd }: { onEnd: () => void }) => (
  <button type="button" onClick={onEnd}>
    Leave it
  </button>
);

/** Dates without data that are explained. */
const MISSING_SHOWN = 5;
