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
import { abandon, type OpenRun } from './openRuns';
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
  /** As it is noted in the lake from its beginning to its end: of a process that is killed, whoever goes on says that it is over. */
  private readonly open: OpenRun;
  private isBegun = false;
  private grown = false;

  /** @param settings undefined where nobody wants to know */
  constructor(
    settings: LineageSettings | undefined,
    private readonly session: FollowedSession,
  ) {
    const { contract, tradeDate, run: asker, from } = session;
    const partition = label(contractDate(contract, tradeDate));
    const job = 'follow';
    this.open = { runId: randomUUID(), job: { namespace: settings?.namespace ?? '', name: job } };
    this.run =
      settings &&
      new ToldRun(settings, {
        runId: this.open.runId,
        job,
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
    await this.run?.say('START', async () => {
      await this.takeOver();
      return { inputs: [{ ...datasetOf(from), inputFacets: {} }], own };
    });
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
    const said = async (): Promise<Said> => {
      await this.close();
      return { outputs: await this.outputs(takenOver), own };
    };
    await this.run?.say(how === 'ended' ? 'COMPLETE' : 'ABORT', said);
  }

  async failed(error: unknown, signal: AbortSignal): Promise<void> {
    await this.run?.failed(error, signal, async () => {
      // It may have failed because the lake cannot be written.
      await this.close().catch(() => {});
      return {};
    });
  }

  private get note(): string {
    const { contract, tradeDate } = this.session;
    return `_lineage/follow/${contract}/${tradeDate}`;
  }

  private async noted(): Promise<OpenRun | undefined> {
    const bytes = await this.session.lake.store.read(this.note);
    return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as OpenRun);
  }

  private async takeOver(): Promise<void> {
    abandon([await this.noted()]);
    await this.session.lake.store.put(this.note, Buffer.from(JSON.stringify(this.open)));
  }

  /** Another that has taken its place meanwhile has told its end, and has a note of its own. */
  private async close(): Promise<void> {
    if ((await this.noted())?.runId === this.open.runId) await this.session.lake.store.remove(this.note);
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
