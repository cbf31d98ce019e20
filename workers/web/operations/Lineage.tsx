import type { z } from 'zod';
import { lineageAnswer } from '../../../graph/api/operations';
import { useApi } from '../api/useApi';
import { count } from '../figures/numbers';
import { Answered } from '../parts/Answered';
import { lineageColumns } from './lineageColumns';
import type { Partition } from './gridRows';

/** A table of each layer, by which the lineage of a partition is asked for. */
const TABLE_OF = {
  bronze: 'bronze.mbo',
  silver: 'silver.bars',
  gold: 'gold.episodes',
  normalisation: 'gold.normalisation',
} as const satisfies Record<Partition['layer'], string>;

type Node = z.infer<typeof lineageAnswer>['nodes'][number];

/** What a partition was computed from, down to the raw files: a column a step. */
export function Lineage({ of }: { of: Partition }) {
  const asked = useApi(lineageAnswer, '/lineage', { table: TABLE_OF[of.layer], key: of.key });
  return (
    <Answered asked={asked} what="the lineage">
      {({ root, nodes }) => (
        <ol class="lineage" aria-label={`What ${root} was computed from`}>
          {lineageColumns(root, nodes).map((column, step) => (
            <li key={step}>
              <ul>
                {column.map((node) => (
                  <Step key={node.id} of={node} />
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </Answered>
  );
}

const Step = ({ of: { dataset, key, rows, digest, upstream } }: { of: Node }) => (
  <li class="step" title={upstream.length > 0 ? `from ${upstream.join(', ')}` : undefined}>
    <strong>{dataset}</strong>
    <span class="figure">{key}</span>
    <span class="muted figure">
      {rows === undefined ? '' : `${count(rows)} rows · `}
      {digest === undefined ? 'not built' : digest.slice(0, 12)}
    </span>
  </li>
);
