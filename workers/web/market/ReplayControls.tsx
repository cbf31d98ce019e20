import { useMemo } from 'preact/hooks';
import { NS_PER_MINUTE } from '../../../graph/market/time';
import { clockTime } from '../figures/time';
import { percent } from '../figures/numbers';
import { useShortcuts, type Shortcut } from '../shell/keyboard';
import { zone } from '../shell/preferences';
import type { ShownSession } from './session';
import { useObserved } from '../shell/useObserved';

const SPEEDS = [1, 5, 10, 60, 300] as const;

/** Plays a session of the past: play and pause, speed, seek, from touch to touch. */
export function ReplayControls({ session }: { session: ShownSession }) {
  const status = useObserved(session.status);
  const hello = useObserved(session.hello);
  const shownZone = useObserved(zone);
  const keys = useMemo<Shortcut[]>(() => {
    const step = (minutes: number) => () => {
      const at = session.status.get()?.at;
      if (at !== null && at !== undefined) session.ask({ do: 'seek', at: at + minutes * NS_PER_MINUTE });
    };
    const group = 'Replay';
    return [
      { keys: ' ', does: 'play or pause', group, run: () => toggle(session) },
      { keys: 'n', does: 'to the next touch', group, run: () => session.ask({ do: 'step', to: 'next' }) },
      {
        keys: 'p',
        does: 'to the touch before',
        group,
        run: () => session.ask({ do: 'step', to: 'previous' }),
      },
      { keys: '.', does: 'a minute on', group, run: step(1) },
      { keys: ',', does: 'a minute back', group, run: step(-1) },
    ];
  }, [session]);
  useShortcuts(keys);
  if (!status || !hello) return null;
  const { at, end, state, speed, progress } = status;
  const playing = state === 'playing';
  const { windowStart, windowEnd } = hello.hours;
  return (
    <div class="replay" role="group" aria-label="Replay">
      <button type="button" aria-pressed={playing} onClick={() => toggle(session)}>
        {playing ? 'Pause' : 'Play'}
      </button>
      <label>
        speed{' '}
        <select
          value={String(speed ?? 1)}
          onChange={({ currentTarget }) => {
            session.ask({ do: 'play', speed: Number(currentTarget.value) });
            if (!playing) session.ask({ do: 'pause' });
          }}
        >
          {SPEEDS.map((one) => (
            <option key={one} value={String(one)}>
              {one}×
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => session.ask({ do: 'step', to: 'previous' })}>
        ‹ touch
      </button>
      <button type="button" onClick={() => session.ask({ do: 'step', to: 'next' })}>
        touch ›
      </button>
      <input
        type="range"
        aria-label="Time of the session"
        aria-valuetext={at === null ? 'none' : clockTime(session.msOf(at), shownZone)}
        min={windowStart}
        max={windowEnd}
        step={NS_PER_MINUTE}
        value={at ?? windowStart}
        onChange={({ currentTarget }) => session.ask({ do: 'seek', at: Number(currentTarget.value) })}
      />
      <output class="number">
        {at === null ? 'reading' : clockTime(session.msOf(at), shownZone)} {state === 'ended' && 'end'}
        {progress !== null && progress < 1 && ` (${percent(progress)} read)`}
        {state === 'preparing' && end === null && ' …'}
      </output>
    </div>
  );
}

function toggle(session: ShownSession): void {
  const status = session.status.get();
  session.ask(status?.state === 'playing' ? { do: 'pause' } : { do: 'play', speed: status?.speed ?? 1 });
}
