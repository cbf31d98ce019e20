import type { ComponentChildren } from 'preact';
import type { Asked } from '../api/useApi';
import type { ApiError } from '../api/client';
import { Refusal } from './Refusal';

/**
 * What was asked for, or why it is not there. An old answer stays, and looks old, while there is no newer one.
 */
export function Answered<Answer>(props: {
  asked: Asked<Answer>;
  /** What is being asked for, such as `the sessions`. */
  what: string;
  children: (answer: Answer) => ComponentChildren;
}) {
  const { asked, what, children } = props;
  if (asked.answer === undefined)
    return asked.error ? <Failed {...asked} error={asked.error} what={what} /> : <Loading what={what} />;
  return (
    <>
      {asked.error && asked.error.kind !== 'away' && <Failed {...asked} error={asked.error} what={what} />}
      <div class={asked.error ? 'answer stale' : 'answer'} aria-busy={asked.loading}>
        {children(asked.answer)}
      </div>
    </>
  );
}

const Loading = ({ what }: { what: string }) => (
  <p class="notice muted" role="status" aria-busy="true">
    Asking for {what} …
  </p>
);

function Failed({ error, what, again }: { error: ApiError; what: string; again: () => void }) {
  const title = {
    away: `${what} cannot be asked for`,
    refused: `${what} cannot be shown`,
    misunderstood: 'Unknown answer',
  };
  return (
    <Refusal title={capital(title[error.kind])} error={error}>
      {error.kind === 'away' && <p>It is asked again as soon as the gateway answers.</p>}
      <button type="button" onClick={again}>
        Ask again
      </button>
    </Refusal>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
