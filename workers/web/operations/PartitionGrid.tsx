import { useState } from 'preact/hooks';
import type { BackfillAsked } from '../../../graph/api/backfills';
import { LAYERS } from '../../../graph/datasets/layers';
import { count } from '../figures/numbers';
import { age, dateTime } from '../figures/time';
import { Notice } from '../parts/Notice';
import { Panel } from '../parts/Panel';
import { Scroll } from '../parts/Scroll';
import { Worded } from '../parts/Worded';
import { zone } from '../shell/preferences';
import { useNow } from '../shell/useNow';
import { useObserved } from '../shell/useObserved';
import { Checks } from './Checks';
import { Lineage } from './Lineage';
import {
  gridRows,
  stateOf,
  statesOf,
  troublesOf,
  type CellState,
  type GridRow,
  type Partition,
  type Trouble,
} from './gridRows';
import { isWithin, rangeOf, toggled } from './range';

const MINUTE_MS = 60_000;

/** Told apart by form, word and colour. */
const MARKS: Record<CellState, string> = {
  published: '●',
  stale: '◐',
  warned: '▲',
  building: '◌',
  failed: '✕',
  blocked: '■',
  no_data: '·',
};

const words = (state: CellState) => state.replace('_', ' ');
const named = ({ layer, key }: Partition) => `${layer} ${key.replace('/', ' ')}`;

interface Asking {
  /** The backfill that is being asked for. */
  readonly asked: BackfillAsked | undefined;
  readonly onAsk: (asked: BackfillAsked | undefined) => void;
}

/** How every partition of the lake is; one that is chosen says why, and rows that are chosen are built. */
export function PartitionGrid({ partitions, ...asking }: { partitions: readonly Partition[] } & Asking) {
  const [only, setOnly] = useState<CellState>();
  const [chosen, setChosen] = useState<string>();
  if (partitions.length === 0)
    return (
      <Panel title="Partitions">
        <Notice title="Nothing has been built yet">
          <p>
            Take raw files in with <code>./spymaster import FILES</code>, then build their dates: above, or
            with <code>./spymaster backfill</code>.
          </p>
        </Notice>
      </Panel>
    );
  const shown = partitions.find((one) => named(one) === chosen);
  return (
    <>
      <Panel title="Partitions" note={`${count(partitions.length)}, latest first; age since the last build`}>
        <div class="filters" role="group" aria-label="State">
          <button type="button" aria-pressed={only === undefined} onClick={() => setOnly(undefined)}>
            all {count(partitions.length)}
          </button>
          {[...statesOf(partitions)].map(([state, n]) => (
            <button key={state} type="button" aria-pressed={only === state} onClick={() => setOnly(state)}>
              {words(state)} {count(n)}
            </button>
          ))}
          <Redo of={partitions} onAsk={asking.onAsk} />
        </div>
        <Grid
          {...asking}
          of={only ? partitions.filter((one) => stateOf(one) === only) : partitions}
          chosen={shown}
          onChoose={(one) => setChosen(named(one))}
        />
      </Panel>
      {shown ? (
        <Chosen key={named(shown)} of={shown} />
      ) : (
        <Troubles of={partitions} onChoose={(one) => setChosen(named(one))} />
      )}
    </>
  );
}

/** One click from what failed, or is stale, to the plan of building it again. */
function Redo({ of, onAsk }: { of: readonly Partition[]; onAsk: Asking['onAsk'] }) {
  const wanted = { failed: ['failed', 'blocked'], stale: ['stale'] } as const;
  return (['failed', 'stale'] as const).flatMap((reprocess) => {
    const states: readonly CellState[] = wanted[reprocess];
    const found = gridRows(of.filter((one) => states.includes(stateOf(one))));
    return [...new Set(found.map(({ product }) => product))].map((product) => {
      const range = rangeOf(found.filter((row) => row.product === product))!;
      return (
        <button key={`${reprocess} ${product}`} type="button" onClick={() => onAsk({ ...range, reprocess })}>
          Plan what {reprocess === 'failed' ? 'failed' : 'is stale'} of {product}
        </button>
      );
    });
  });
}

function Grid(
  props: {
    of: readonly Partition[];
    chosen: Partition | undefined;
    onChoose: (of: Partition) => void;
  } & Asking,
) {
  const now = useNow(MINUTE_MS);
  const { asked, onAsk } = props;
  const rows = gridRows(props.of);
  const toggle = (row: GridRow) => {
    const range = toggled(asked, row, rows);
    const { reprocess = 'stale', layers } = asked ?? {};
    onAsk(range && { ...range, reprocess, ...(layers && { layers }) });
  };
  return (
    <Scroll label="Partitions by layer">
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Build it</span>
            </th>
            <th scope="col">Partition</th>
            {LAYERS.map((layer) => (
              <th key={layer} scope="col">
                {layer}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Build ${row.key.replace('/', ' ')}`}
                  checked={isWithin(row, asked)}
                  onChange={() => toggle(row)}
                />
              </td>
              <th scope="row" class="figure">
                {row.key.replace('/', ' ')}
              </th>
              {LAYERS.map((layer) => {
                const cell = row.cells[layer];
                return (
                  <td key={layer}>
                    {cell && (
                      <button
                        type="button"
                        class={`cell ${stateOf(cell)}`}
                        aria-pressed={cell === props.chosen}
                        onClick={() => props.onChoose(cell)}
                      >
                        <span aria-hidden="true">{MARKS[stateOf(cell)]}</span> {words(stateOf(cell))}{' '}
                        <span class="muted">{age(now - Date.parse(cell.at))}</span>
                      </button>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Chosen({ of }: { of: Partition }) {
  const shownZone = useObserved(zone);
  return (
    <Panel title={named(of)} note={words(stateOf(of))}>
      <dl class="facts">
        <dt>Recorded</dt>
        <dd class="figure">
          {dateTime(Date.parse(of.at), shownZone)} {shownZone}
        </dd>
        {of.data && [<dt key="data">Data</dt>, <dd key="is">{of.data}</dd>]}
        {of.reason && [
          <dt key="reason">Why not published</dt>,
          <dd key="is why">
            <Worded text={of.reason} />
          </dd>,
        ]}
        {of.because.length > 0 && [
          <dt key="stale">Stale because</dt>,
          <dd key="of">
            <List of={of.because} />
          </dd>,
        ]}
        {of.warnings.length > 0 && [
          <dt key="warned">Checks that warn</dt>,
          <dd key="are">
            <List of={of.warnings} />
          </dd>,
        ]}
      </dl>
      {of.contract && of.tradeDate && of.layer !== 'normalisation' && (
        <>
          <h3 class="hint">Quality of its data</h3>
          <Checks contract={of.contract} date={of.tradeDate} />
        </>
      )}
      {of.status !== 'no_data' && (
        <>
          <h3 class="hint">Computed from</h3>
          <Lineage of={of} />
        </>
      )}
    </Panel>
  );
}

/** What needs somebody, in words. */
function Troubles({ of, onChoose }: { of: readonly Partition[]; onChoose: (one: Partition) => void }) {
  const troubles = troublesOf(of);
  return (
    <Panel title="What needs doing" note={troubles.length > 0 && 'the worst first'}>
      {troubles.length === 0 ? (
        <p>Nothing: every partition is published and current. Choose one for its details.</p>
      ) : (
        <Scroll label="List of what needs doing">
          <ul>
            {troubles.map((trouble) => (
              <li key={`${trouble.layer} ${trouble.state} ${trouble.why}`}>
                <One of={trouble} onChoose={onChoose} />
              </li>
            ))}
          </ul>
        </Scroll>
      )}
    </Panel>
  );
}

function One({
  of: { layer, state, why, partitions },
  onChoose,
}: {
  of: Trouble;
  onChoose: (one: Partition) => void;
}) {
  const [latest, ...others] = partitions;
  return (
    <>
      <strong>
        {layer} {words(state)}
      </strong>
      {why && ': '}
      <Worded text={why} />{' '}
      <button type="button" class="cell" onClick={() => onChoose(latest)}>
        {latest.key.replace('/', ' ')}
      </button>
      {others.length > 0 && (
        <span class="muted">
          and {count(others.length)} more, back to {others.at(-1)!.key.replace('/', ' ')}
        </span>
      )}
    </>
  );
}

const List = ({ of }: { of: readonly string[] }) => (
  <ul>
    {of.map((item) => (
      <li key={item}>{item}</li>
    ))}
  </ul>
);
