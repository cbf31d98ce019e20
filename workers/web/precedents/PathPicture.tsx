import type { PrecedentsAnswer } from '../../../graph/precedents/answer';
import { decimal } from '../figures/numbers';
import { clockTime, msOf } from '../figures/time';
import { drawnAs, Outcome } from '../parts/Outcome';
import { replayLink } from '../shell/addresses';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import { cornersOf, HEIGHT, WIDTH, type PathFrame } from './pathFrame';

type Precedent = PrecedentsAnswer['precedents'][number];

/** What price did before and after a precedent; leads to that moment in the market. @param rank 1: the most similar @param barrier points from the level */
export function PathPicture(props: {
  of: Precedent;
  rank: number;
  frame: PathFrame;
  barrier: number | undefined;
}) {
  const { of, rank, frame, barrier } = props;
  const shownZone = useObserved(zone);
  const { before, after } = cornersOf(of.path ?? [], frame);
  const [level, touch] = [frame.y(0), frame.x(0)];
  return (
    <a class={`path ${drawnAs(of.outcome)}`} href={replayLink(of.contract, of.session, of.at)}>
      <span class="line">
        <span class="figure">
          {rank} · {of.session}
        </span>
        <Outcome of={of.outcome} />
      </span>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <line class="level" x1="0" x2={WIDTH} y1={level} y2={level} />
        {barrier !== undefined &&
          [barrier, -barrier].map((points) => (
            <line key={points} class="barrier" x1="0" x2={WIDTH} y1={frame.y(points)} y2={frame.y(points)} />
          ))}
        <line class="touch" x1={touch} x2={touch} y1="0" y2={HEIGHT} />
        <polyline class="before" points={before} />
        <polyline class="after" points={after} />
      </svg>
      <span class="line muted">
        <span>
          {of.level} {of.direction}
        </span>
        <span class="figure">{clockTime(msOf(of.at), shownZone).slice(0, 5)}</span>
      </span>
      <span class="line muted">
        <span class="figure">
          d {decimal(of.distance, 2)}
          <span class="unseen"> from this touch</span>
        </span>
        <span class="figure">
          {decimal(of.favorable, 0)} / {decimal(of.adverse, 0)} ticks
          <span class="unseen"> beyond and back</span>
        </span>
      </span>
    </a>
  );
}
