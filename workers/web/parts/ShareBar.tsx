import { percent, percentRange } from '../figures/numbers';
import { drawnAs, type OutcomeClass } from './Outcome';

export interface Share {
  /** Null where nothing was counted. */
  readonly share: number | null;
  /** 90 % interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * A share from 0 to 100 % with its 90 % interval: a wide band with a line. A base rate is drawn above it, as a mark with a thin line.
 */
export function ShareBar(props: { of: Share; outcome?: OutcomeClass; base?: Share }) {
  const { of, outcome, base } = props;
  const { share } = of;
  return (
    <svg
      class={`share-bar ${outcome ? drawnAs(outcome) : ''}`}
      viewBox="0 0 100 16"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="track" x="0" y="5" width="100" height="9" />
      {[25, 50, 75].map((x) => (
        <line key={x} class="grid" x1={x} x2={x} y1="5" y2="14" />
      ))}
      {share !== null && (
        <>
          <rect class="interval" x={100 * of.low} y="5" width={100 * (of.high - of.low)} height="9" />
          <line class="point" x1={100 * share} x2={100 * share} y1="4" y2="15" />
        </>
      )}
      {base && base.share !== null && (
        <>
          <line class="base-interval" x1={100 * base.low} x2={100 * base.high} y1="2" y2="2" />
          <line class="base" x1={100 * base.share} x2={100 * base.share} y1="0" y2="5" />
        </>
      )}
    </svg>
  );
}

/** `42 % 31–54 %`, for a cell. */
export function ShareText({ of }: { of: Share }) {
  if (of.share === null) return <span class="muted">–</span>;
  return (
    <>
      {percent(of.share)} <span class="muted">{percentRange(of.low, of.high)}</span>
    </>
  );
}
