/**
 * A session that is followed as a run: of one worker, from when it begins or goes on until it ends, is told to stop, or fails. Its tables
 * are named as soon as they hold something of it.
 */
import { randomUUID } from 'node:crypto';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { layersOf } from '../../graph/datasets/layers';
import { contractDate, label } from '../../graph/datasets/units';
import { facet, type LineageDataset, type OutputDataset } from '../../graph/lineage/runEvent';
import { goldInferenceResults } from '../../graph/scoring/inferenceResultsTable';
import type { Lake } from '../../lake/lake';
import { tableWritten } from './datasets';
import { ToldRun, type LineageSettings, type Said } from './toldRun';

/** A hub of a namespace. */
export interface Hub {
  /** `sb://HOST`, as connection strings have it. */
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
}

export interface FollowedSession {
  readonly lake: Lake;
  readonly graph: DatasetGraph;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Who follows it. */
  readonly run: { readonly workflowId: string; readonly runId: string };
  readonly from: Hub;
  readonly to: readonly Hub[];
}

export class ToldFollowing {
  private readonly run: ToldRun | undefined;
  private isBegun = false;
  private grown = false;

  /** @param settings undefined where nobody wants to know */
  constructor(
    settings: LineageSettings | undefined,
    private readonly session: FollowedSession,
  ) {
    const { contract, tradeDate, run: asker, from } = session;
    const partition = label(contractDate(contract, tradeDate));
    this.run =
      settings &&
      new ToldRun(settings, {
        runId: randomUUID(),
        job: 'follow',
        does: `Follows sessions of contracts in ${from.name}, and writes their Bronze, Silver and Gold as they grow`,
        processing: 'STREAMING',
        asker,
        own: ['spymaster_session', { partition }],
      });
  }

  /** @param goesOn with what a worker before this one has left */
  async begun(goesOn: boolean): Promise<void> {
    this.isBegun = true;
    const { from } = this.session;
    const own = { status: goesOn ? 'resumed' : 'begun' };
    await this.run?.say('START', () => ({ inputs: [{ ...datasetOf(from), inputFacets: {} }], own }));
  }

  /** A part has been written. */
  async kept(): Promise<void> {
    if (!this.isBegun || this.grown) return;
    this.grown = true;
    await this.run?.say('RUNNING', async () => ({
      outputs: await this.outputs(false),
      own: { status: 'following' },
    }));
  }

  /** @param takenOver whether a build has replaced the rows meanwhile: they are none of this run any more */
  async ended(how: 'ended' | 'suspended', takenOver: boolean): Promise<void> {
    const own = { status: how, ...(takenOver && { takenOver }) };
    const said = async (): Promise<Said> => ({ outputs: await this.outputs(takenOver), own });
    await this.run?.say(how === 'ended' ? 'COMPLETE' : 'ABORT', said);
  }

  async failed(error: unknown, signal: AbortSignal): Promise<void> {
    await this.run?.failed(error, signal);
  }

  private async outputs(takenOver: boolean): Promise<OutputDataset[]> {
    const { lake, graph, contract, tradeDate, to } = this.session;
    const { key } = contractDate(contract, tradeDate);
    const built = takenOver ? [] : layersOf('contract-date').flatMap((layer) => graph.tablesOf(layer));
    const tables: OutputDataset[] = [];
    for (const table of [...built, goldInferenceResults])
      if ((await lake.table(table).snapshot()).exists)
        tables.push(await tableWritten(lake, table, key, undefined));
    return [...tables, ...to.map((hub) => ({ ...datasetOf(hub), outputFacets: {} }))];
  }
}

const datasetOf = ({ namespace, name, description }: Hub): LineageDataset => ({
  namespace,
  name,
  facets: { documentation: facet('DocumentationDatasetFacet', { description }) },
});
