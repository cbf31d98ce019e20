/**
 * A client of Unity Catalog's REST interface, the open-source server's and Databricks' alike: catalogs, schemas, and external tables.
 * Source: api/all.yaml of github.com/unitycatalog/unitycatalog, and "Unity Catalog" in Databricks' REST API reference.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SpymasterError, type FailureCode } from '../../graph/errors';

export interface CatalogServer {
  /** `http://127.0.0.1:8080`, or a workspace's `https://adb-....azuredatabricks.net`. */
  readonly url: string;
  /** Sent as a bearer token, if there is one. */
  readonly token?: string;
}

const columnInfo = z.object({
  name: z.string(),
  type_text: z.string(),
  type_json: z.string().optional(),
  type_name: z.string(),
  position: z.int(),
  comment: z.string().nullish(),
  nullable: z.boolean().default(true),
  partition_index: z.int().nullish(),
});

const tableInfo = z.object({
  name: z.string(),
  catalog_name: z.string(),
  schema_name: z.string(),
  table_type: z.string(),
  data_source_format: z.string().nullish(),
  columns: z.array(columnInfo).default([]),
  storage_location: z.string().nullish(),
  comment: z.string().nullish(),
  properties: z.record(z.string(), z.string()).nullish(),
});

export type ColumnInfo = z.input<typeof columnInfo>;
export type TableInfo = z.output<typeof tableInfo>;

/** A table as it is asked for. */
export type CreateTable = Omit<z.input<typeof tableInfo>, 'columns'> & { readonly columns: ColumnInfo[] };

const problem = z.object({ error_code: z.string().default(''), message: z.string().default('') });

const BASE = 'api/2.1/unity-catalog';
const TIMEOUT_MS = 60_000;
/** Attempts at what a busy server refuses, or a server that does not answer yet. */
const ATTEMPTS = 4;
const PAUSE_MS = 200;

export class UnityCatalog {
  private readonly base: string;
  private readonly headers: Record<string, string>;

  /** @throws SpymasterError BadConfig if the address is none of a server */
  constructor({ url, token }: CatalogServer) {
    if (!URL.canParse(url) || !/^https?:/.test(url))
      throw new SpymasterError('BadConfig', `"${url}" is no catalog`, {
        field: 'UNITY_CATALOG_URL',
        expected: 'the address of a server, such as http://127.0.0.1:8080',
      });
    this.base = `${url.replace(/\/+$/, '')}/${BASE}`;
    this.headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  /** Makes a catalog unless it is there. @returns whether it made it */
  makeCatalog(name: string, comment: string): Promise<boolean> {
    return this.make(`catalogs/${encodeURIComponent(name)}`, 'catalogs', { name, comment });
  }

  /** Makes a schema of a catalog unless it is there. @returns whether it made it */
  makeSchema(catalog: string, name: string, comment: string): Promise<boolean> {
    const path = `schemas/${encodeURIComponent(`${catalog}.${name}`)}`;
    return this.make(path, 'schemas', { name, catalog_name: catalog, comment });
  }

  /** Every table of a schema; none where there is no such schema. */
  async tables(catalog: string, schema: string): Promise<TableInfo[]> {
    const page = z.object({ tables: z.array(tableInfo).default([]), next_page_token: z.string().nullish() });
    const tables: TableInfo[] = [];
    const query = new URLSearchParams({ catalog_name: catalog, schema_name: schema });
    for (;;) {
      const found = await this.ask('GET', `tables?${query.toString()}`);
      if (found.missing) return tables;
      const { tables: some, next_page_token: next } = this.parse(page, found.body, `${catalog}.${schema}`);
      tables.push(...some);
      if (!next) return tables;
      query.set('page_token', next);
    }
  }

  async createTable(table: CreateTable): Promise<void> {
    await this.need('POST', 'tables', table);
  }

  /** Takes a table out of the catalog; the files of one that is external stay as they are. */
  async deleteTable(fullName: string): Promise<void> {
    await this.ask('DELETE', `tables/${encodeURIComponent(fullName)}`);
  }

  private async make(path: string, folder: string, body: object): Promise<boolean> {
    if (!(await this.ask('GET', path)).missing) return false;
    try {
      await this.need('POST', folder, body);
      return true;
    } catch (error) {
      // Another was faster.
      if (!(error instanceof SpymasterError) || !/ALREADY_EXISTS/.test(String(error.details.refusal)))
        throw error;
      return false;
    }
  }

  private async need(method: string, path: string, body: object): Promise<void> {
    const { missing, said } = await this.ask(method, path, body);
    if (missing) throw this.refused(404, said);
  }

  private async ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ missing: boolean; body: unknown; said: string }> {
    for (let attempt = 1; ; attempt++) {
      const { status, said } = await this.send(method, path, body).catch((error: unknown) => {
        if (attempt < ATTEMPTS) return { status: 503, said: '' };
        const { message, cause } = error as Error;
        const why = cause instanceof Error ? cause.message : message;
        throw new SpymasterError(
          'StoreUnavailable',
          `${this.base} does not answer: ${why}`,
          {},
          { cause: error },
        );
      });
      if (status < 300) return { missing: false, body: said === '' ? {} : this.json(said), said };
      if (status === 404) return { missing: true, body: undefined, said };
      if ((status === 429 || status >= 500) && attempt < ATTEMPTS) await sleep(PAUSE_MS * 2 ** attempt);
      else throw this.refused(status, said);
    }
  }

  private async send(method: string, path: string, body?: object): Promise<{ status: number; said: string }> {
    const response = await fetch(`${this.base}/${path}`, {
      method,
      headers: { ...this.headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, said: await response.text() };
  }

  private json(said: string): unknown {
    try {
      return JSON.parse(said);
    } catch (error) {
      throw new SpymasterError(
        'StoreUnavailable',
        `${this.base} answers no JSON: is it a catalog?`,
        {},
        { cause: error },
      );
    }
  }

  private parse<T extends z.ZodType>(schema: T, body: unknown, what: string): z.output<T> {
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const [{ path, message }] = parsed.error.issues;
    throw new SpymasterError(
      'StoreUnavailable',
      `${this.base} describes ${what} unlike a catalog: ${message}`,
      {
        field: path.join('.'),
      },
    );
  }

  private refused(status: number, said: string): SpymasterError {
    let told = { error_code: '', message: said.slice(0, 200) };
    try {
      told = problem.parse(JSON.parse(said));
    } catch {
      // A proxy's page, or nothing: it is told as it is.
    }
    const code: FailureCode =
      status === 401 || status === 403 ? 'AccessDenied' : status >= 500 ? 'StoreUnavailable' : 'BadArgument';
    const why = [told.error_code, told.message].filter(Boolean).join(': ');
    return new SpymasterError(code, `${this.base} answered ${status}${why === '' ? '' : `: ${why}`}`, {
      refusal: told.error_code,
    });
  }
}
