/** What an index for a session is made of: which sessions' episodes, and what was fitted for which session. */
import { canonical } from '../../graph/catalog/provenance';
import { layersOf } from '../../graph/datasets/layers';
import { alike } from '../../graph/datasets/rowsOperator';
import { dateOf, keyText } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { distanceOf, goldDistance } from '../../graph/precedents/distanceTable';
import { indexVersionText } from '../../graph/precedents/precedentsOf';
import type { Lake } from '../../lake/lake';
import { LastBuilds, measurementOf } from '../publishing/lastBuilds';
import { rootOf } from '../publishing/roots';
import { pinnedTo } from './pins';

export interface IndexPlan {
  readonly product: string;
  /** Trade date whose distance and normalisation are used. */
  readonly asOf: string;
  /** Contract-dates whose episodes it holds, in order of date: all that were built alike. */
  readonly keys: readonly Readonly<Record<string, string>>[];
  /** Sessions left out, because other code or settings built them than the last. */
  readonly leftOut: number;
  /** Another one, whenever anything it is made of is. */
  readonly digest: string;
}

/**
 * All earlier sessions, and what was fitted for the session; where nothing has been yet, for the last session before it. An index that was
 * rolled back is that of the session it was rolled back to.
 * @throws SpymasterError NoInput if nothing was fitted for the session nor one before
 */
export async function planIndex(lake: Lake, product: string, session: string): Promise<IndexPlan> {
  const builds = await LastBuilds.read(lake);
  const pinned = await pinnedTo(lake, product);
  const bound = pinned !== undefined && pinned < session ? pinned : session;
  const fitted = lastFitted(builds, product, bound);
  if (!fitted) throw nothingFitted(builds, product, session);
  const earlier = builds
    .all('gold')
    .filter(({ partition, status }) => status === 'published' && dateOf(partition)! < bound)
    .filter(({ partition }) => rootOf(partition, lake.products) === product)
    .map((build) => ({
      name: `${dateOf(build.partition)} ${keyText(build.partition)}`,
      key: build.partition.key,
      digest: build.digest,
      batches: [],
      made: canonical(measurementOf(builds, build.partition)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const used = alike(earlier) as typeof earlier;
  const dates = (of: typeof earlier) => new Set(of.map(({ key }) => key.trade_date)).size;
  return {
    product,
    asOf: fitted.asOf,
    keys: used.map(({ key }) => key),
    leftOut: dates(earlier) - dates(used),
    digest: canonical([fitted, used.map(({ name, digest }) => [name, digest])]),
  };
}

/** The version that precedents of new touches are looked for in; null where there is none. */
export async function currentIndexVersion(lake: Lake, product: string): Promise<string | null> {
  const builds = await LastBuilds.read(lake, (layer) => layer === FITTED);
  const fitted = lastFitted(builds, product, await pinnedTo(lake, product));
  if (!fitted) return null;
  const partition = { product, trade_date: fitted.asOf };
  const distance = distanceOf(await lake.table(goldDistance).readRows({ partition }));
  return distance && indexVersionText(product, fitted.asOf, distance.version);
}

const [FITTED] = layersOf('product-date');

/** The first session of a lake has been built, and has none before it. */
function nothingFitted(builds: LastBuilds, product: string, session: string): SpymasterError {
  const isFirst = builds
    .all(FITTED)
    .some(
      ({ partition, status }) =>
        status === 'no_data' && partition.key.product === product && dateOf(partition) === session,
    );
  return isFirst
    ? new SpymasterError(
        'NoInput',
        `Not enough evidence: no session of ${product} before ${session} is built that touches of it could be compared with`,
        {
          expected: `earlier sessions: ./spymaster backfill --symbol ${product} --start DATE --end ${session}`,
        },
      )
    : new SpymasterError('NoInput', `nothing is fitted for ${product} on ${session} or before`, {
        expected: `a build of the date: ./spymaster build --symbol ${product} --date ${session}`,
      });
}

/** @param upTo trade date, inclusive; any, without */
function lastFitted(builds: LastBuilds, product: string, upTo?: string) {
  return builds
    .all(FITTED)
    .filter(({ partition, status }) => status === 'published' && partition.key.product === product)
    .map(({ partition, digest }) => ({ asOf: dateOf(partition)!, digest }))
    .filter(({ asOf }) => upTo === undefined || asOf <= upTo)
    .sort((a, b) => (a.asOf < b.asOf ? -1 : 1))
    .at(-1);
}
