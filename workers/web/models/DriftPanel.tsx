import type { z } from 'zod';
import { qualityAnswer } from '../../../graph/api/operations';
import { sessionsAnswer, type SessionAnswer } from '../../../graph/api/sessions';
import { useApi } from '../api/useApi';
import { count, decimal, signed } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { NumberHead } from '../parts/NumberHead';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { mostDrifted, verdictOf } from './mostDrifted';

const SHOWN = 12;
/** Sessions among which the latest with vectors is looked for. */
const LOOKED_AT = 10;

/** How far the vectors of the latest session lie from those before: what a model has seen less of it knows less well. */
export function DriftPanel({ product }: { product: string }) {
  const asked = useApi(sessionsAnswer, '/sessions', { product, limit: LOOKED_AT });
  return (
    <Panel title="Drift" note="the latest session's vectors beside earlier ones">
      <Answered asked={asked} what="the sessions">
        {({ sessions }) => {
          const latest = sessions.find(({ episodes }) => episodes !== null && episodes > 0);
          if (latest) return <Session key={`${latest.contract} ${latest.tradeDate}`} of={latest} />;
          return <p class="muted">No session of {product} with touches has been built lately.</p>;
        }}
      </Answered>
    </Panel>
  );
}

function Session({ of: { contract, tradeDate } }: { of: SessionAnswer }) {
  const asked = useApi(qualityAnswer, `/sessions/${contract}/${tradeDate}/quality`);
  return (
    <>
      <p class="figure">
        {contract} {tradeDate}
      </p>
      <Answered asked={asked} what="the drift">
        {({ drift }) => <Features of={drift.vectors} />}
      </Answered>
    </>
  );
}

function Features({ of }: { of: z.infer<typeof qualityAnswer>['drift']['vectors'] }) {
  const large = of.features.filter((feature) => verdictOf(feature) === 'large').length;
  if (of.sessions.length === 0) return <p class="muted">There are no earlier sessions to compare with.</p>;
  return (
    <>
      <p class={large > 0 ? 'verdict warn' : 'verdict good'}>
        {count(large)} of {count(of.features.length)} features moved far from the {count(of.sessions.length)}{' '}
        sessions before
      </p>
      <Scroll label="Features that moved most">
        <table>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <NumberHead>Mean</NumberHead>
              <NumberHead>Before</NumberHead>
              <NumberHead>Shift</NumberHead>
              <NumberHead>PSI</NumberHead>
              <th scope="col">Judged</th>
            </tr>
          </thead>
          <tbody>
            {mostDrifted(of.features, SHOWN).map((feature) => (
              <tr key={feature.feature}>
                <th scope="row" title={feature.unit}>
                  {feature.feature}
                </th>
                <td class="number">{decimal(feature.current.mean, 3)}</td>
                <td class="number">{decimal(feature.reference.mean, 3)}</td>
                <td class="number">{signed(feature.standardised, 2)}</td>
                <td class="number">{decimal(feature.psi, 2)}</td>
                <td>{verdictOf(feature)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="hint">
        Shift: of the means, in pooled standard deviations. PSI: population stability index; below 0.1 stable,
        from 0.25 on large. With few touches in a session it is large by chance more often.
      </p>
    </>
  );
}
