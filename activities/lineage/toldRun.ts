/**
 * Tells of a piece of work as a run of OpenLineage's: START when it begins, then COMPLETE, FAIL or ABORT. Whoever listens in the process
 * that has the thread (`lake/told`) sends it on; that it cannot be told never fails the work.
 */
import {
  facet,
  ownRunFacet,
  PRODUCER,
  RUN_EVENT_SCHEMA,
  type Facets,
  type InputDataset,
  type OutputDataset,
  type RunEvent,
  type RunState,
} from '../../graph/lineage/runEvent';
import { tell } from '../../lake/told';
import { noteFailure, type FailureNote } from '../failures';

/** What is told of builds; plain JSON. */
export interface LineageSettings {
  /** Of this product. */
  version: string;
  /** Of the jobs. */
  namespace: string;
}

/** What a run is of. */
export interface RunOf {
  /** A UUID. */
  readonly runId: string;
  readonly job: string;
  /** What the job does, in words. */
  readonly does: string;
  readonly processing: 'BATCH' | 'STREAMING';
  /** The workflow run that asked for it. */
  readonly asker: { readonly workflowId: string; readonly runId: string };
  /** Name and fields of the facet of the product's own. */
  readonly own: readonly [name: `spymaster_${string}`, fields: Readonly<Record<string, unknown>>];
}

/** What is known of a run at one of its events. */
export interface Said {
  /** Stay those of the run from then on. */
  readonly inputs?: readonly InputDataset[];
  readonly outputs?: readonly OutputDataset[];
  readonly run?: Facets;
  /** Further fields of the facet of the product's own. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** Where it is not what was announced: work that ended, and gave nobody what he waited for. */
  readonly state?: RunState;
}

export class ToldRun {
  private inputs: readonly InputDataset[] = [];
  private begun = false;
  private said: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: LineageSettings,
    private readonly of: RunOf,
  ) {}

  /** @param what finds it out; events are told in the order in which they are said */
  say(state: RunState, what: () => Promise<Said> | Said = () => ({})): Promise<void> {
    this.begun = true;
    this.said = this.said.then(async () => {
      try {
        const said = await what();
        this.inputs = said.inputs ?? this.inputs;
        tell('lineage', { event: this.event(state, said) });
      } catch (error) {
        tell('lineage', { lost: `${state} of ${this.of.job}: ${noteFailure(error).message}` });
      }
    });
    return this.said;
  }

  /** It has thrown. What fails before it has begun is a run that begins and fails. */
  async failed(error: unknown, { aborted }: AbortSignal, more: () => Promise<Said> | Said = () => ({})) {
    if (!this.begun) await this.say('START');
    await this.say(aborted ? 'ABORT' : 'FAIL', async () => {
      const { own, run, ...said } = await more();
      return {
        ...said,
        own: { status: aborted ? 'cancelled' : 'failed', ...own },
        run: { ...(!aborted && { errorMessage: errorOf(noteFailure(error)) }), ...run },
      };
    });
  }

  private event(
    announced: RunState,
    { outputs = [], run = {}, own = {}, state = announced }: Said,
  ): RunEvent {
    const { job: name, does, processing, runId } = this.of;
    return {
      eventType: state,
      eventTime: new Date().toISOString(),
      producer: PRODUCER,
      schemaURL: RUN_EVENT_SCHEMA,
      run: { runId, facets: { ...this.facets(own), ...run } },
      job: {
        namespace: this.settings.namespace,
        name,
        facets: {
          jobType: facet('JobTypeJobFacet', {
            processingType: processing,
            integration: 'SPYMASTER',
            jobType: 'TASK',
          }),
          documentation: facet('DocumentationJobFacet', { description: does }),
        },
      },
      inputs: this.inputs,
      outputs,
    };
  }

  private facets(more: Readonly<Record<string, unknown>>): Facets {
    const { namespace, version } = this.settings;
    const { asker, own } = this.of;
    const [name, fields] = own;
    return {
      ...(UUID.test(asker.runId) && {
        parent: facet('ParentRunFacet', {
          run: { runId: asker.runId },
          job: { namespace, name: asker.workflowId },
        }),
      }),
      processing_engine: facet('ProcessingEngineRunFacet', { name: 'spymaster', version }),
      [name]: ownRunFacet({ ...fields, ...more }),
    };
  }
}

/** What is told of work that ends with a result. */
export interface Tells<Result> {
  started(): Promise<Said>;
  ended(result: Result): Promise<Said>;
}

/**
 * Does a run's work and tells of it.
 * @param run undefined where nobody wants to know
 */
export async function whileTold<Result>(
  run: ToldRun | undefined,
  tells: Tells<Result>,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!run) return work();
  await run.say('START', () => tells.started());
  try {
    const result = await work();
    await run.say('COMPLETE', () => tells.ended(result));
    return result;
  } catch (error) {
    await run.failed(error, signal);
    throw error;
  }
}

/** What a run failed of. */
export const errorMessage = (message: string, stackTrace?: string) =>
  facet('ErrorMessageRunFacet', {
    message,
    programmingLanguage: 'TypeScript',
    ...(stackTrace !== undefined && { stackTrace }),
  });

const errorOf = ({ type, message, stack }: FailureNote) => errorMessage(`${type}: ${message}`, stack);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
