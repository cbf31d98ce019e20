import { qualityAnswer } from '../../../graph/api/operations';
import { useApi } from '../api/useApi';
import { count, decimal } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Scroll } from '../parts/Scroll';

/** What the checks of a session say: those that did not pass first. */
export function Checks({ contract, date }: { contract: string; date: string }) {
  const asked = useApi(qualityAnswer, `/sessions/${contract}/${date}/quality`);
  return (
    <Answered asked={asked} what="the quality of its data">
      {({ verdict, checks, deadLetters, inspection }) => (
        <>
          <p class={verdict === 'passed' ? 'verdict good' : 'verdict warn'}>
            {verdict}
            {inspection && (
              <span class="muted">
                {' '}
                · {count(inspection.records)} records, {count(inspection.coveredMinutes)} of{' '}
                {count(inspection.tradingMinutes)} trading minutes covered,{' '}
                {count(deadLetters.reduce((sum, { records }) => sum + records, 0))} dead letters
              </span>
            )}
          </p>
          <Scroll label="Checks">
            <table>
              <thead>
                <tr>
                  <th scope="col">Layer</th>
                  <th scope="col">Check</th>
                  <th scope="col">Passed</th>
                  <NumberHead>Value</NumberHead>
                  <NumberHead>Limit</NumberHead>
                  <th scope="col">In words</th>
                </tr>
              </thead>
              <tbody>
                {checks
                  .toSorted((a, b) => Number(a.passed) - Number(b.passed))
                  .map(({ layer, check, passed, severity, value, limit, message }) => (
                    <tr key={`${layer} ${check}`}>
                      <td>{layer}</td>
                      <th scope="row">{check.replaceAll('_', ' ')}</th>
                      <td>{passed ? '● yes' : `▲ no, ${severity}`}</td>
                      <td class="number">{decimal(value, 2)}</td>
                      <td class="number">{decimal(limit, 2)}</td>
                      <td class="words">{message}</td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </Answered>
  );
}
