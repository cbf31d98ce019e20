/**
 * A client of MLflow's REST interface (https://mlflow.org/docs/latest/rest-api.html): experiments, runs, artifacts through the server's
 * proxy, logged models, and the registry of models. As much of it as training and promotion need.
 */
import { SpymasterError } from '../../graph/errors';
import { isRefusal, MlflowConnection, type MlflowServer } from './mlflowConnection';

export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Of what is followed over time, such as the rounds of a training. */
  readonly step?: number;
  /** ms since the Unix epoch. */
  readonly timestamp: number;
  /** The logged model it is of. */
  readonly modelId?: string;
}

interface Logged {
  readonly metrics?: readonly Metric[];
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly runId: string;
  readonly artifactUri: string;
}

export interface LoggedModel {
  /** `m-...`. */
  readonly modelId: string;
  readonly artifactUri: string;
}

export type RunStatus = 'FINISHED' | 'FAILED' | 'KILLED';

/** What is sent in one request - the server takes 1000 entries - and the longest texts it keeps whole. */
const LIMITS = { metrics: 800, params: 100, tags: 100, key: 250, param: 6000, tag: 8000 } as const;

export class MlflowClient {
  private readonly connection: MlflowConnection;

  /** @throws SpymasterError BadConfig if the address is none of a server */
  constructor(server: MlflowServer) {
    this.connection = new MlflowConnection(server);
  }

  /** Id of the experiment of that name, which is made where there is none. */
  async experiment(name: string): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    const find = () => this.connection.call<{ experiment: { experiment_id: string } }>('GET', query);
    try {
      return (await find()).experiment.experiment_id;
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
    }
    try {
      return (await this.connection.call<{ experiment_id: string }>('POST', 'experiments/create', { name }))
        .experiment_id;
    } catch (error) {
      // Another was faster.
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
      return (await find()).experiment.experiment_id;
    }
  }

  /** @param parent run it is shown beneath */
  async createRun(
    experimentId: string,
    {
      name,
      startTime,
      parent,
      tags = {},
    }: { name: string; startTime: number; parent?: string; tags?: Record<string, string> },
  ): Promise<Run> {
    const all = { ...tags, ...(parent !== undefined && { 'mlflow.parentRunId': parent }) };
    const { run } = await this.connection.call<{ run: { info: { run_id: string; artifact_uri: string } } }>(
      'POST',
      'runs/create',
      {
        experiment_id: experimentId,
        run_name: name,
        start_time: startTime,
        tags: pairs(all, LIMITS.tag, 'tag'),
      },
    );
    return { runId: run.info.run_id, artifactUri: run.info.artifact_uri };
  }

  /** Id of the finished run of an experiment with that tag; undefined where there is none. */
  async findRun(experimentId: string, tag: string, value: string): Promise<string | undefined> {
    const { runs = [] } = await this.connection.call<{ runs?: { info: { run_id: string } }[] }>(
      'POST',
      'runs/search',
      {
        experiment_ids: [experimentId],
        filter: `tags."${tag}" = '${value}' AND attributes.status = 'FINISHED'`,
        max_results: 1,
      },
    );
    return runs[0]?.info.run_id;
  }

  /**
   * In as many requests as the server's limits ask for.
   * @throws SpymasterError BadArgument for a key or text that is too long: the server would cut it off without a word
   */
  async log(runId: string, { metrics = [], params = {}, tags = {} }: Logged): Promise<void> {
    const sent = {
      metrics: metrics.map(({ key, value, step = 0, timestamp, modelId }) => ({
        key: checked(key, LIMITS.key, 'metric'),
        value: Number.isFinite(value) ? value : String(value),
        step,
        timestamp,
        ...(modelId !== undefined && { model_id: modelId }),
      })),
      params: pairs(params, LIMITS.param, 'param'),
      tags: pairs(tags, LIMITS.tag, 'tag'),
    };
    const parts = ['metrics', 'params', 'tags'] as const;
    const requests = Math.max(...parts.map((part) => Math.ceil(sent[part].length / LIMITS[part])));
    for (let k = 0; k < requests; k++) {
      const some = parts.map((part) => [part, sent[part].slice(k * LIMITS[part], (k + 1) * LIMITS[part])]);
      await this.connection.call('POST', 'runs/log-batch', { run_id: runId, ...Object.fromEntries(some) });
    }
  }

  async endRun(runId: string, status: RunStatus, endTime: number): Promise<void> {
    await this.connection.call('POST', 'runs/update', { run_id: runId, status, end_time: endTime });
  }

  /** @param artifactUri of a run or a logged model; @param path within it, such as `plots/reliability.svg` */
  async putArtifact(artifactUri: string, path: string, bytes: Uint8Array | string): Promise<void> {
    await this.connection.request('PUT', artifactPath(artifactUri, path), bytes);
  }

  async getArtifact(artifactUri: string, path: string): Promise<Uint8Array> {
    const response = await this.connection.request('GET', artifactPath(artifactUri, path));
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A model of a run; its files are to be put under its `artifactUri`, and it is to be finished. */
  async createModel(
    experimentId: string,
    {
      name,
      runId,
      params = {},
      tags = {},
    }: { name: string; runId: string; params?: Record<string, string>; tags?: Record<string, string> },
  ): Promise<LoggedModel> {
    const { model } = await this.connection.call<{
      model: { info: { model_id: string; artifact_uri: string } };
    }>('POST', 'logged-models', {
      experiment_id: experimentId,
      name,
      model_type: 'classifier',
      source_run_id: runId,
      params: pairs(params, LIMITS.param, 'param'),
      tags: pairs(tags, LIMITS.tag, 'tag'),
    });
    return { modelId: model.info.model_id, artifactUri: model.info.artifact_uri };
  }

  /** Marks a model as whole, and as what its run has made. */
  async finishModel(runId: string, modelId: string): Promise<void> {
    await this.connection.call('PATCH', `logged-models/${modelId}`, {
      model_id: modelId,
      status: 'LOGGED_MODEL_READY',
    });
    await this.connection.call('POST', 'runs/outputs', {
      run_id: runId,
      models: [{ model_id: modelId, step: 0 }],
    });
  }

  /** Makes the registered model where there is none. */
  async ensureRegistered(name: string, description: string): Promise<void> {
    try {
      await this.connection.call('POST', 'registered-models/create', { name, description });
    } catch (error) {
      if (!isRefusal(error, 'RESOURCE_ALREADY_EXISTS')) throw error;
    }
  }

  /** Versions of a registered model, by number, with their tags. */
  async versions(name: string): Promise<{ version: string; tags: Record<string, string> }[]> {
    const found: { version: string; tags: Record<string, string> }[] = [];
    let token = '';
    do {
      const filter = encodeURIComponent(`name='${name.replaceAll("'", "''")}'`);
      const page = await this.connection.call<{
        model_versions?: { version: string; tags?: { key: string; value: string }[] }[];
        next_page_token?: string;
      }>('GET', `model-versions/search?filter=${filter}&page_token=${encodeURIComponent(token)}`);
      for (const { version, tags = [] } of page.model_versions ?? [])
        found.push({ version, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) });
      token = page.next_page_token ?? '';
    } while (token !== '');
    return found.sort((a, b) => Number(a.version) - Number(b.version));
  }

  /** @returns number of the new version */
  async createVersion(
    name: string,
    { runId, modelId, tags = {} }: { runId: string; modelId: string; tags?: Record<string, string> },
  ): Promise<string> {
    const { model_version: made } = await this.connection.call<{ model_version: { version: string } }>(
      'POST',
      'model-versions/create',
      {
        name,
        source: `models:/${modelId}`,
        run_id: runId,
        model_id: modelId,
        tags: pairs(tags, LIMITS.tag, 'tag'),
      },
    );
    return made.version;
  }

  /** @param version null takes the alias away */
  async setAlias(name: string, alias: string, version: string | null): Promise<void> {
    if (version !== null)
      await this.connection.call('POST', 'registered-models/alias', { name, alias, version });
    else await this.connection.call('DELETE', 'registered-models/alias', { name, alias });
  }

  /** The version that has an alias; null where none has. */
  async aliased(name: string, alias: string): Promise<string | null> {
    const query = `name=${encodeURIComponent(name)}&alias=${encodeURIComponent(alias)}`;
    try {
      const found = await this.connection.call<{ model_version: { version: string } }>(
        'GET',
        `registered-models/alias?${query}`,
      );
      return found.model_version.version;
    } catch (error) {
      if (isRefusal(error, 'RESOURCE_DOES_NOT_EXIST') || isRefusal(error, 'INVALID_PARAMETER_VALUE'))
        return null;
      throw error;
    }
  }
}

const pairs = (values: Readonly<Record<string, string>>, longest: number, what: string) =>
  Object.entries(values).map(([key, value]) => ({
    key: checked(key, LIMITS.key, what),
    value: checked(value, longest, `${what} ${key}`),
  }));

function checked(text: string, longest: number, what: string): string {
  if (text.length <= longest) return text;
  throw new SpymasterError(
    'BadArgument',
    `The ${what} has ${text.length} characters: MLflow keeps ${longest}`,
    {
      field: what,
    },
  );
}

/** @throws SpymasterError BadConfig for artifacts the server does not hand through */
function artifactPath(artifactUri: string, path: string): string {
  const [, root] = /^mlflow-artifacts:\/*(.*)$/.exec(artifactUri) ?? [];
  if (root === undefined)
    throw new SpymasterError(
      'BadConfig',
      `The MLflow server keeps artifacts at ${artifactUri}, where this client does not reach`,
      {
        expected: 'a server that hands artifacts through: `mlflow server --artifacts-destination PLACE`',
      },
    );
  const segments = `${root}/${path}`.split('/').filter(Boolean).map(encodeURIComponent);
  return `/api/2.0/mlflow-artifacts/artifacts/${segments.join('/')}`;
}
