/** Times of alerts, as the gateway tells them. */

/** Such as `2024-03-06 15:02:03.120 UTC`. @param at ns UTC */
export const preciseUtc = (at: string): string =>
  `${new Date(Number(BigInt(at) / 1_000_000n)).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** Minute of the day in a time zone. @param ms since 1970 */
export function minuteIn(timeZone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  return 60 * parts.hour + parts.minute;
}
