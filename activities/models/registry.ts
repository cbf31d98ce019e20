/**
 * The registry of models in the lake: versions that never change, the looks that judged them, and who made which of them champion.
 * Each is written once: of two that write at once one is first, and the other sees it before it writes anything.
 */
import { createHash } from 'node:crypto';
import { canonical } from '../../graph/catalog/provenance';
import { SpymasterError } from '../../graph/errors';
import {
  aliasChangeOf,
  ALIASES,
  aliasRow,
  currentAliases,
  modelAliases,
  type Alias,
  type AliasChange,
} from '../../graph/models/registry/aliasesTable';
import { lookOf, lookRow, modelLooks, type LookTaken } from '../../graph/models/registry/looksTable';
import {
  modelVersionSchema,
  versionText,
  type ModelRecord,
  type NewModelVersion,
} from '../../graph/models/registry/modelVersion';
import {
  modelVersions,
  RECORD_COLUMNS,
  recordOf,
  versionRow,
} from '../../graph/models/registry/versionsTable';
import type { Row, TableBatch, TableContract } from '../../graph/datasets/schema';
import type { Partition } from '../../lake/delta/partition';
import type { Snapshot } from '../../lake/delta/snapshot';
import type { Lake } from '../../lake/lake';
import { localFence } from '../publishing/fence';
import { ServedModel } from './servedModel';

/** Who writes: a workflow's run with the fence of its attempt (`fenceOf`), or a person. */
export interface Writer {
  readonly workflowId: string;
  readonly runId: string;
  readonly fence: number;
}

/** A writer that no workflow asked for. @param by name of the person or command */
export const localWriter = (by: string): Writer => ({
  workflowId: by,
  runId: '',
  fence: localFence(Date.now()),
});

/** What is to be known of a change of an alias; the registry adds its number and time. */
export type NewAliasChange = Omit<AliasChange, 'product' | 'change' | 'at'>;

/** Times in a row that another writer may be faster. */
const MAX_RACES = 50;

const nowNs = () => BigInt(Date.now()) * 1_000_000n;
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

export class ModelRegistry {
  constructor(private readonly lake: Lake) {}

  /**
   * Publishes a version under the next number of its model; the same content again is the version there is, whoever publishes it.
   * @throws SpymasterError ContractViolation naming every part that is wrong, or why it cannot be served; Fenced if a later attempt of the same run has published
   */
  async publish(given: NewModelVersion, writer: Writer): Promise<ModelRecord> {
    const version = parse(given);
    const { product, model } = version;
    this.lake.products.productOf(product);
    const { onnx, ...rest } = version;
    const onnxDigest = sha256(onnx);
    const digest = sha256(canonical({ ...rest, onnxDigest }));
    for (let races = 0; ; races++) {
      const basedOn = await this.lake.table(modelVersions).snapshot();
      const known = (await this.rows(modelVersions, { product, model }, basedOn, RECORD_COLUMNS)).map(
        recordOf,
      );
      const same = known.find((record) => record.digest === digest);
      if (same) return same;
      const number = Math.max(0, ...known.map((record) => record.version)) + 1;
      await (await ServedModel.open(onnx, rest.signature, { model, version: number })).close();
      const record: ModelRecord = {
        ...rest,
        version: number,
        onnxDigest,
        digest,
        createdAt: nowNs(),
        workflowId: writer.workflowId,
        runId: writer.runId,
      };
      const written = await this.write(versionRow({ ...record, onnx }), {
        partition: { product, model, version: String(number) },
        basedOn,
        operation: 'publish model',
        digest,
        writer,
        last: races === MAX_RACES,
        // Attempts of one run alone are fenced off from one another: what another run publishes is another version.
        ...(writer.runId !== '' && { fenceName: `model-${product}-${model}-${writer.runId}` }),
      });
      if (written) return record;
    }
  }

  /** All versions, by product, model and number. */
  async list({ product, model }: { product?: string; model?: string } = {}): Promise<ModelRecord[]> {
    const snapshot = await this.lake.table(modelVersions).snapshot();
    const partition = { ...(product !== undefined && { product }), ...(model !== undefined && { model }) };
    const records = (await this.rows(modelVersions, partition, snapshot, RECORD_COLUMNS)).map(recordOf);
    const key = (record: ModelRecord) => `${record.product} ${record.model}`;
    return records.sort((a, b) => (key(a) === key(b) ? a.version - b.version : key(a) < key(b) ? -1 : 1));
  }

  /**
   * The ONNX file of a version.
   * @throws SpymasterError CorruptTable if the bytes are not those that were published
   */
  async onnx({ product, model, version, onnxDigest }: ModelRecord): Promise<Uint8Array> {
    const partition = { product, model, version: String(version) };
    const [row] = await this.lake.table(modelVersions).readRows({ partition, columns: ['onnx'] });
    const bytes = row?.onnx as Uint8Array | undefined;
    if (bytes && sha256(bytes) === onnxDigest) return bytes;
    throw new SpymasterError(
      'CorruptTable',
      `The ONNX file of ${versionText({ model, version })} of ${product} is not the one that was published`,
      { expected: `SHA-256 ${onnxDigest}`, found: bytes && sha256(bytes) },
    );
  }

  /**
   * The version a text names: `logistic@3`, `logistic` (its latest), `champion` or `challenger`.
   * @throws SpymasterError BadArgument naming those there are; NoInput where there are none, or nobody has the alias
   */
  async resolve(product: string, reference: string): Promise<ModelRecord> {
    this.lake.products.productOf(product);
    const records = await this.list({ product });
    const isAlias = (ALIASES as readonly string[]).includes(reference);
    const named = isAlias
      ? (await this.aliases(product))[reference as Alias]?.target
      : parseReference(reference);
    const found = records.findLast(
      ({ model, version }) => model === named?.model && version === (named.version ?? version),
    );
    if (found) return found;
    const message = isAlias ? `${product} has no ${reference}` : `${product} has no model ${reference}`;
    if (records.length === 0)
      throw new SpymasterError('NoInput', message, { expected: 'a trained model: none was published yet' });
    const expected = [...new Set(records.map(({ model }) => model))]
      .map((model) => versionText(records.findLast((record) => record.model === model)!))
      .join(', ');
    throw isAlias
      ? new SpymasterError('NoInput', message, { expected })
      : new SpymasterError('BadArgument', message, { field: 'model', expected });
  }

  /** Changes of the aliases of a product, oldest first. */
  async history(product: string): Promise<AliasChange[]> {
    return this.historyAt(product, await this.lake.table(modelAliases).snapshot());
  }

  /** The change of each alias of a product that holds. */
  async aliases(product: string): Promise<Partial<Record<Alias, AliasChange>>> {
    return currentAliases(await this.history(product));
  }

  /** Version of the table of aliases: as long as it is the same no alias has changed. */
  async aliasesVersion(): Promise<number> {
    return (await this.lake.table(modelAliases).snapshot()).version;
  }

  /**
   * Adds a change to the history of a product's aliases.
   * @param decide is given the history and says what is to change, or null for nothing; called again where another change came first
   * @returns the change; null where nothing was to change
   */
  async changeAlias(
    product: string,
    decide: (history: readonly AliasChange[]) => Promise<NewAliasChange | null> | NewAliasChange | null,
    writer: Writer,
  ): Promise<AliasChange | null> {
    this.lake.products.productOf(product);
    for (let races = 0; ; races++) {
      const basedOn = await this.lake.table(modelAliases).snapshot();
      const history = await this.historyAt(product, basedOn);
      const decided = await decide(history);
      if (!decided) return null;
      const change: AliasChange = {
        ...decided,
        product,
        change: (history.at(-1)?.change ?? 0) + 1,
        at: nowNs(),
      };
      const written = await this.write(aliasRow(change), {
        partition: { product, change: String(change.change) },
        basedOn,
        operation: `set ${change.alias}`,
        digest: sha256(canonical(decided)),
        writer,
        last: races === MAX_RACES,
      });
      if (written) return change;
    }
  }

  /** Looks of a product that were taken, by month. */
  async looks(product: string): Promise<LookTaken[]> {
    return this.looksAt(product, await this.lake.table(modelLooks).snapshot());
  }

  /**
   * Records a look; of a month that has one already, that one is returned and nothing is written.
   * @param take judges the candidates, given the looks that were taken before
   */
  async recordLook(
    product: string,
    month: string,
    take: (before: readonly LookTaken[]) => Promise<Omit<LookTaken, 'product' | 'month' | 'at'>>,
    writer: Writer,
  ): Promise<LookTaken> {
    for (let races = 0; ; races++) {
      const basedOn = await this.lake.table(modelLooks).snapshot();
      const before = await this.looksAt(product, basedOn);
      const taken = before.find((look) => look.month === month);
      if (taken) return taken;
      const look: LookTaken = { ...(await take(before)), product, month, at: nowNs() };
      const written = await this.write(lookRow(look), {
        partition: { product, month },
        basedOn,
        operation: 'take a look',
        digest: sha256(canonical(look.verdicts)),
        writer,
        last: races === MAX_RACES,
      });
      if (written) return look;
    }
  }

  private async historyAt(product: string, snapshot: Snapshot): Promise<AliasChange[]> {
    const rows = await this.rows(modelAliases, { product }, snapshot);
    return rows.map(aliasChangeOf).sort((a, b) => a.change - b.change);
  }

  private async looksAt(product: string, snapshot: Snapshot): Promise<LookTaken[]> {
    const rows = await this.rows(modelLooks, { product }, snapshot);
    return rows.map(lookOf).sort((a, b) => (a.month < b.month ? -1 : 1));
  }

  private rows(
    contract: TableContract,
    partition: Partition,
    { exists, version }: Snapshot,
    columns?: readonly string[],
  ): Promise<Row[]> {
    if (!exists) return Promise.resolve([]);
    return this.lake.table(contract).readRows({ partition, version, ...(columns && { columns }) });
  }

  /** Writes the one row of a partition that nobody has written yet. @returns whether it was the first */
  private async write(
    row: TableBatch,
    {
      partition,
      basedOn,
      operation,
      digest,
      writer: { workflowId, runId, fence },
      last,
      fenceName,
    }: {
      partition: Partition;
      basedOn: Snapshot;
      operation: string;
      digest: string;
      writer: Writer;
      /** Whether losing is a failure. */
      last: boolean;
      fenceName?: string;
    },
  ): Promise<boolean> {
    try {
      await this.lake.table(row.contract).overwritePartition(partition, [row], {
        operation,
        lineage: { inputs: [], codeVersion: '1', digest, workflowId, runId },
        basedOn,
        ...(fenceName !== undefined && { txn: { appId: fenceName, version: fence } }),
      });
      return true;
    } catch (error) {
      if (last || !(error instanceof SpymasterError) || error.code !== 'CommitConflict') throw error;
      return false;
    }
  }
}

/** `logistic@3` or `logistic`. @throws SpymasterError BadArgument */
function parseReference(text: string): { model: string; version?: number } {
  const match = /^([a-z][a-z0-9-]*)(?:@([1-9]\d{0,8}))?$/.exec(text);
  if (match) return { model: match[1], ...(match[2] && { version: Number(match[2]) }) };
  throw new SpymasterError('BadArgument', `"${text}" names no model`, {
    expected: 'MODEL@VERSION such as logistic@3, MODEL for its latest, champion or challenger',
  });
}

function parse(given: NewModelVersion): NewModelVersion {
  const result = modelVersionSchema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new SpymasterError('ContractViolation', ['a model cannot be published:', ...problems].join('\n'), {
    field: result.error.issues[0].path.join('.'),
  });
}
