/** How a product's approaches are compared on a trade date, from the published episodes of the sessions before it. */
import type { IsoDate } from '../market/days';
import { alike, type PartitionRows, type RowsOperator } from '../datasets/rowsOperator';
import { keyText } from '../datasets/units';
import { goldEpisodes, goldOutcomes } from '../episodes/episodeTables';
import { fitNormalisation } from '../vectors/normalise';
import { productsOf } from '../settings';
import { goldVectors } from '../vectors/vectorsTable';
import { distanceRows, versioned } from './distanceTable';
import type { PastEpisode } from './episodes';
import { choose, learnDistance, lookedAt, type Chosen } from './learnDistance';
import { measuringOf, pastEpisodes } from './pastEpisodes';
import { sameData } from './sameData';

export const DISTANCE: RowsOperator = {
  kind: 'rows',
  module: 'graph/precedents/learnDistance',
  compute: ({ product, trade_date: session }, upstream, settings) => {
    const measured = measuringOf(settings, productsOf(settings).productOf(product));
    const rowsOf = (table: string) => upstream.get(table) ?? [];
    const read = rowsOf(goldEpisodes.name);
    const used = alike(read);
    const byKey = (table: string) => new Map(rowsOf(table).map((rows) => [nameOf(rows), rows.batches]));
    const outcomes = byKey(goldOutcomes.name);
    const vectors = byKey(goldVectors.name);
    const episodes = used.flatMap((rows) =>
      pastEpisodes(
        {
          contract: rows.key.contract,
          tradeDate: rows.key.trade_date,
          episodes: rows.batches,
          outcomes: outcomes.get(nameOf(rows)) ?? [],
          vectors: vectors.get(nameOf(rows)) ?? [],
        },
        measured,
      ),
    );
    const normalisation = fitNormalisation(episodes, session);
    if (!normalisation) return { nothing: 'no earlier session has episodes to compare' };
    const dates = (of: readonly PartitionRows[]) => new Set(of.map(({ key }) => key.trade_date)).size;
    const learned = versioned(learnDistance(episodes, normalisation, session, look(episodes, session)), {
      sessions: new Set(episodes.map((episode) => episode.session)).size,
      episodes: episodes.length,
      leftOut: dates(read) - dates(used),
    });
    return [distanceRows(learned)];
  },
};

/** The look that was taken last: most of the work, and the sessions of a month, which are built one after another, share it. */
let last:
  { readonly of: readonly PastEpisode[]; readonly month: string; readonly chosen: Chosen } | undefined;

function look(episodes: readonly PastEpisode[], session: IsoDate): Chosen {
  const of = lookedAt(episodes, session);
  const month = session.slice(0, 7);
  if (last?.month !== month || !sameData(last.of, of)) last = { of, month, chosen: choose(of, session) };
  return last.chosen;
}

const nameOf = ({ key }: PartitionRows) => keyText({ unit: 'contract-date', key });
