/** A simulated market's figures beside those of a real one. */
import { REAL_ES, type MarketFigures } from '../../../graph/sim/realism';
import { note, printTable } from '../terminal/output';

/** Fewer sessions than this vary so much that a difference from the real market says little. */
const ENOUGH_SESSIONS = 40;

const percent = (share: number) => (Number.isNaN(share) ? '-' : `${(share * 100).toFixed(0)} %`);
const points = (share: number) => (Number.isNaN(share) ? '-' : `${(share * 100).toFixed(1)} points`);
const decimal = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(2));

const ROWS: readonly (readonly [string, (figures: MarketFigures) => string])[] = [
  ['sessions', ({ sessions }) => String(sessions)],
  ['touches a session', ({ touches }) => touches.toFixed(1)],
  ['BREAK within 8 minutes', ({ breaks }) => percent(breaks)],
  ['REJECT', ({ rejects }) => percent(rejects)],
  ['CHOP', ({ chops }) => percent(chops)],
  ['BREAK among decided, above its martingale value', ({ breakBias }) => points(breakBias)],
  ['variance ratio, 15 minutes', ({ varianceRatio }) => decimal(varianceRatio)],
  ['volatility of sessions: deviation over mean', ({ volatilityVariation }) => decimal(volatilityVariation)],
  ['  correlation with the session before', ({ volatilityPersistence }) => decimal(volatilityPersistence)],
  [
    'absolute returns: correlation at 30 minutes',
    ({ absoluteReturnPersistence }) => decimal(absoluteReturnPersistence),
  ],
  [
    'CHOP by volatility before the touch, in fifths',
    ({ chopsByVolatility }) => chopsByVolatility.map(percent).join(', '),
  ],
  ['variance, square ticks a second', ({ variance }) => decimal(variance)],
];

/** @param symbol product simulated */
export function printMarketFigures(symbol: string, simulated: MarketFigures): void {
  printTable(
    ['regular hours', `simulated ${symbol}`, 'real ES'],
    ROWS.map(([name, shown]) => [name, shown(simulated), shown(REAL_ES)]),
  );
  if (simulated.sessions < ENOUGH_SESSIONS)
    note(
      `Figures of fewer than ${ENOUGH_SESSIONS} sessions vary widely: simulate more --days to compare them.`,
    );
}
