/** The rows that a live worker has written of a contract-date, before a build takes their place. */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { layersOf, type Layer } from '../../graph/datasets/layers';
import { contractDate, keyText } from '../../graph/datasets/units';
import type { Lake } from '../../lake/lake';
import { capturedIn } from '../publishing/captured';
import { LastBuilds } from '../publishing/lastBuilds';

/** Where they are: at these versions of the tables, or nowhere as a whole. Plain JSON. */
export type StreamedRows = { stream: string; versions: Record<string, number> } | { missing: string };

/** Layers of a contract-date that are computed; Bronze is what they are computed from. */
export const COMPUTED: readonly Layer[] = layersOf('contract-date').filter((layer) => layer !== 'bronze');

/** Call when the session is over, and all of it written. */
export async function streamedRows(
  lake: Lake,
  graph: DatasetGraph,
  contract: string,
  tradeDate: string,
): Promise<StreamedRows> {
  const versions: Record<string, number> = {};
  for (const table of COMPUTED.flatMap((layer) => graph.tablesOf(layer)))
    versions[table.name] = (await lake.table(table).snapshot()).version;
  // Whoever takes the date over says so before it replaces anything: these versions are of before.
  const partition = contractDate(contract, tradeDate);
  const key = keyText(partition);
  const builds = await LastBuilds.read(lake, (_, of) => of === key);
  const streams = new Set<string>();
  for (const layer of COMPUTED) {
    const last = builds.of(layer, partition);
    const stream = last?.status === 'building' ? capturedIn(last.provenance)?.stream : undefined;
    if (stream === undefined)
      return { missing: `a build has taken ${layer} over before its session was over` };
    streams.add(stream);
  }
  const [stream, ...others] = streams;
  return others.length === 0 ? { stream, versions } : { missing: 'they are of several streams' };
}
