import type { z } from 'zod';
import { settingsAnswer } from '../../../graph/api/operations';
import { DEFAULT_KINDS } from '../../../graph/levels/kinds';
import { useApi } from '../api/useApi';
import { decimal } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';

type Settings = z.infer<typeof settingsAnswer>;

/** Which levels are watched, where one's own stand, and how near counts as what. */
export function LevelsPage() {
  const settings = useApi(settingsAnswer, '/settings');
  return (
    <div class="view">
      <div class="view-head">
        <h1>Levels</h1>
      </div>
      <Answered asked={settings} what="the settings">
        {(of) => (
          <div class="panels">
            <Kinds of={of} />
            <Bands of={of} />
            <Changing of={of} />
          </div>
        )}
      </Answered>
    </div>
  );
}

const Kinds = ({ of: { levelKinds } }: { of: Settings }) => (
  <Panel
    title="Kinds"
    note={`${levelKinds.filter(({ watched }) => watched).length} of ${levelKinds.length} are watched: episodes are looked for on them`}
  >
    <Scroll label="Kinds of levels">
      <table>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col">Watched</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {levelKinds.map(({ kind, meaning, watched }) => (
            <tr key={kind}>
              <th scope="row">{kind}</th>
              <td>{watched ? '● yes' : <span class="muted">○ no</span>}</td>
              <td class="words">{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  </Panel>
);

/** In points: ticks are the settings', points what whoever looks thinks in. */
const Bands = ({
  of: { products, sessionWindow, horizonMinutes, primaryHorizonMinutes },
}: {
  of: Settings;
}) => (
  <Panel title="Products" note="bands around a level, points; own prices">
    <Scroll label="Bands by product">
      <table>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" class="number">
              Approach
            </th>
            <th scope="col" class="number">
              Touch
            </th>
            <th scope="col" class="number">
              Re-arm
            </th>
            <th scope="col" class="number">
              Barrier
            </th>
            <th scope="col" class="number">
              Round step
            </th>
            <th scope="col">Own prices</th>
          </tr>
        </thead>
        <tbody>
          {products.map(({ root, name, tickNanos, bands, roundStepTicks, userPrices }) => {
            const points = (ticks: number) => decimal((ticks * tickNanos) / 1e9, digitsOf(tickNanos));
            return (
              <tr key={root} title={name}>
                <th scope="row">{root}</th>
                <td class="number">{points(bands.approachTicks)}</td>
                <td class="number">{points(bands.touchTicks)}</td>
                <td class="number">{points(bands.rearmTicks)}</td>
                <td class="number">{points(bands.barrierTicks)}</td>
                <td class="number">{points(roundStepTicks)}</td>
                <td class="figure">
                  {userPrices.length === 0 ? (
                    <span class="muted">none</span>
                  ) : (
                    userPrices.map((price) => decimal(price, digitsOf(tickNanos))).join(', ')
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
    <p class="hint">
      Touches count in {sessionWindow === 'rth' ? 'regular trading hours' : 'all hours'}; outcomes are
      measured after {horizonMinutes.join(', ')} minutes, of which {primaryHorizonMinutes} is the primary
      horizon.
    </p>
  </Panel>
);

/** Digits behind the point that a multiple of the tick has. */
function digitsOf(tickNanos: number): number {
  const text = (tickNanos / 1e9).toFixed(9).replace(/0+$/, '');
  return Math.max(2, text.length - text.indexOf('.') - 1);
}

function Changing({ of: { levelKinds, products } }: { of: Settings }) {
  const kinds = levelKinds.filter(({ kind, watched }) => watched && kind !== 'USER').map(({ kind }) => kind);
  const [{ root }] = products;
  return (
    <Panel wide title="Changing them" note="in spymaster.config.yaml; shown as they are now">
      <pre class="command">
        {[
          'features:',
          '  levels:',
          `    kinds: [${(kinds.length > 0 ? kinds : DEFAULT_KINDS).join(', ')}]`,
          '    userPrices:',
          ...products
            .filter(({ userPrices, root: of }) => userPrices.length > 0 || of === root)
            .map(({ root: of, userPrices }) => `      ${of}: [${userPrices.join(', ')}]`),
        ].join('\n')}
      </pre>
      <p class="hint">
        A live session takes a change when it is started the next time. Days that are built already become
        stale by it, and are built again by a backfill:{' '}
        <code>./spymaster backfill --symbol {root} --start DATE --end DATE</code>. Until then history and
        precedents speak of the levels as they were.
      </p>
    </Panel>
  );
}
