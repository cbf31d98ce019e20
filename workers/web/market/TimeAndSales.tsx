import { PrintKind, PrintMark } from '../../../graph/screen/prints';
import { count } from '../figures/numbers';
import { clockTime } from '../figures/time';
import { Panel } from '../parts/Panel';
import { zone } from '../shell/preferences';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';
import { useObserved } from '../shell/useObserved';

const SHOWN = 60;
const WAYS = { [PrintKind.Buy]: 'buy', [PrintKind.Sell]: 'sell', [PrintKind.Cross]: 'cross' } as const;

/** The tape, newest first. */
export function TimeAndSales({ session }: { session: ShownSession }) {
  useFrames(session, 200);
  const shownZone = useObserved(zone);
  if (!session.market.frame) return null;
  const { end } = session.prints;
  const prints = session.prints.latest(SHOWN).toReversed();
  return (
    <Panel title="Time and sales" note="newest first">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by the keyboard */}
      <div class="scroll tape" tabIndex={0} role="group" aria-label="Time and sales">
        <table>
          <colgroup>
            <col />
            <col />
            <col />
            <col />
          </colgroup>
          <thead class="unseen">
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Price</th>
              <th scope="col">Lots</th>
              <th scope="col">Aggressor</th>
            </tr>
          </thead>
          <tbody>
            {prints.map(({ t, price, lots, kind }, k) => {
              const way = WAYS[(kind & 3) as keyof typeof WAYS];
              return (
                // The row of the print that is shown no more is used again: rows are made once.
                <tr key={(end - 1 - k) % SHOWN} class={way}>
                  <td class="number muted">{clockTime(session.msOf(t), shownZone)}</td>
                  <td class="number">{session.priceText(price)}</td>
                  <td class="number">{count(lots)}</td>
                  <td>{said(way, kind)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {prints.length === 0 && <p class="muted">No trade yet.</p>}
      </div>
    </Panel>
  );
}

function said(way: string, kind: number): string {
  if ((kind & PrintMark.Refresh) !== 0) return `iceberg ${way === 'buy' ? 'bid' : 'ask'} shows more`;
  const marks = [
    (kind & PrintMark.Stop) !== 0 ? 'stop' : '',
    (kind & PrintMark.Sweep) !== 0 ? 'sweep' : '',
  ].filter((mark) => mark !== '');
  return [way, ...marks].join(' ');
}
