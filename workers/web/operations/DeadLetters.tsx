import { deadLettersAnswer } from '../../../graph/api/operations';
import { useApi } from '../api/useApi';
import { count } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';

const SHOWN = 100;

/** Records that could not be used, each with its reason. */
export function DeadLetters() {
  const asked = useApi(deadLettersAnswer, '/dead-letters', { limit: SHOWN });
  return (
    <Answered asked={asked} what="the dead letters">
      {({ count: all, byReason, letters }) => (
        <Panel
          wide
          title="Records that could not be used"
          note={`${count(all)}; nothing is dropped silently`}
        >
          {all === 0 ? (
            <p>None: every record of the files was used.</p>
          ) : (
            <>
              <p>
                {Object.entries(byReason)
                  .map(([reason, n]) => `${reason}: ${count(n)}`)
                  .join(' · ')}
              </p>
              <Scroll label="Table of these records">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Contract</th>
                      <th scope="col">Date</th>
                      <th scope="col">Reason</th>
                      <th scope="col">Field</th>
                      <th scope="col">Found</th>
                      <th scope="col">Expected</th>
                      <NumberHead>Offset, bytes</NumberHead>
                    </tr>
                  </thead>
                  <tbody>
                    {letters.map((letter) => (
                      <tr key={`${text(letter.source)} ${text(letter.byte_offset)}`}>
                        <td>{text(letter.contract)}</td>
                        <td class="figure">{text(letter.trade_date)}</td>
                        <td>{text(letter.reason)}</td>
                        <td>{text(letter.field)}</td>
                        <td>{text(letter.detail)}</td>
                        <td>{text(letter.expected)}</td>
                        <td class="number">{text(letter.byte_offset)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Scroll>
              {letters.length < all && <p class="hint">The first {count(letters.length)} are shown.</p>}
            </>
          )}
        </Panel>
      )}
    </Answered>
  );
}

/** A cell of a row of the lake. */
const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
