import { count, percent, percentRange } from '../figures/numbers';
import { CLASSES, drawnAs, Outcome, type OutcomeClass } from './Outcome';

/** Forecasts of about the same probability, and the share of them that came true with its 90 % interval. */
export interface ReliabilityPoint {
  readonly outcome: OutcomeClass;
  readonly forecast: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const SIDE = 180;
/** Room for the numbers and the name of the axis. */
const LEFT = 42;
const BELOW = 34;

/** One square an outcome: forecasts across, what came true upward; on the diagonal forecasts are right. */
export function Reliability({ points }: { points: readonly ReliabilityPoint[] }) {
  return (
    <div class="reliability">
      {CLASSES.map((outcome) => (
        <Square
          key={outcome}
          outcome={outcome}
          points={points.filter((point) => point.outcome === outcome)}
        />
      ))}
    </div>
  );
}

function Square({ outcome, points }: { outcome: OutcomeClass; points: readonly ReliabilityPoint[] }) {
  const x = (share: number) => LEFT + SIDE * share;
  const y = (share: number) => 6 + SIDE * (1 - share);
  const most = Math.max(...points.map(({ n }) => n), 1);
  return (
    <figure>
      <figcaption>
        <Outcome of={outcome} />{' '}
        <span class="muted">n {count(points.reduce((sum, { n }) => sum + n, 0))}</span>
      </figcaption>
      <svg
        class={`chart square ${drawnAs(outcome)}`}
        viewBox={`0 0 ${SIDE + LEFT + 12} ${SIDE + BELOW + 6}`}
        role="img"
        aria-label={`${outcome}: ${points.map(pointText).join('; ') || 'nothing was forecast'}`}
      >
        {[0, 0.5, 1].map((at) => [
          <line key={`x ${at}`} class="grid" x1={x(at)} x2={x(at)} y1={y(0)} y2={y(1)} />,
          <line key={`y ${at}`} class="grid" x1={x(0)} x2={x(1)} y1={y(at)} y2={y(at)} />,
          <text key={`x ${at} text`} x={x(at)} y={y(0) + 14} text-anchor="middle">
            {100 * at}
          </text>,
          <text key={`y ${at} text`} x={x(0) - 5} y={y(at) + 3} text-anchor="end">
            {100 * at}
          </text>,
        ])}
        <text x={x(0.5)} y={y(0) + 28} text-anchor="middle">
          forecast, %
        </text>
        <text transform={`translate(10 ${y(0.5)}) rotate(-90)`} text-anchor="middle">
          came true, %
        </text>
        <line class="diagonal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
        {points.map((point) => (
          <g key={point.forecast}>
            <title>{pointText(point)}</title>
            <line
              class="interval"
              x1={x(point.forecast)}
              x2={x(point.forecast)}
              y1={y(point.low)}
              y2={y(point.high)}
            />
            <circle cx={x(point.forecast)} cy={y(point.observed)} r={2.5 + 3.5 * Math.sqrt(point.n / most)} />
          </g>
        ))}
      </svg>
    </figure>
  );
}

const pointText = ({ forecast, observed, low, high, n }: ReliabilityPoint) =>
  `forecast ${percent(forecast)}, came true ${percent(observed)} (${percentRange(low, high)}), n ${n}`;
