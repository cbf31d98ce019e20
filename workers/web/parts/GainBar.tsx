/** A gain with its 90 % interval, on an axis that has zero in the middle. @param reach of the axis on either side */
export function GainBar(props: { gain: number; low: number | null; high: number | null; reach: number }) {
  const { gain, low, high, reach } = props;
  const x = (value: number) => 50 + (50 * Math.max(-reach, Math.min(reach, value))) / reach;
  const tone = low !== null && low > 0 ? 'good' : high !== null && high < 0 ? 'bad' : 'open';
  return (
    <svg class={`gain-bar ${tone}`} viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" y="3" width="100" height="10" />
      {low !== null && high !== null && (
        <rect class="interval" x={x(low)} y="3" width={x(high) - x(low)} height="10" />
      )}
      <line class="zero" x1="50" x2="50" y1="0" y2="16" />
      <line class="point" x1={x(gain)} x2={x(gain)} y1="2" y2="14" />
    </svg>
  );
}
