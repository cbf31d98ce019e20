/**
 * A catalog that answers as Unity Catalog's open-source server does, of what its OpenAPI description (api/all.yaml) says of catalogs,
 * schemas and external tables, and its error codes; and the project's own client for Python, generated from that description, by which
 * both sides are judged.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeWith, pythonWith, runPythonBeside } from './pythonVenv';

const PYTHON = pythonWith('venv-unitycatalog', ['unitycatalog-client==0.7.0'], ['unitycatalog.client']);

/** `describe` beside Unity Catalog's own client; without Python, says so loudly and skips. */
export const describeWithCatalogClient = describeWith(
  PYTHON,
  "no Python with pip for Unity Catalog's client",
);

type Json = Record<string, unknown>;
/** What names a catalog, a schema or a table. */
interface Named {
  name: string;
  catalog_name: string;
  schema_name: string;
  storage_location?: string;
}

export interface CatalogPeer {
  url: string;
  /** Bodies of what was asked to be made, by kind, in order. */
  made: { kind: 'catalogs' | 'schemas' | 'tables'; body: Json }[];
  /** Full names of tables that were taken out. */
  deleted: string[];
  tables: Map<string, Json>;
  /** Answers the next requests with these instead. */
  answers: { status: number; body: string }[];
  close(): Promise<void>;
}

const PAGE = 3;
const TABLE_FIELDS = ['name', 'catalog_name', 'schema_name', 'table_type', 'columns'];

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** @param token that requests must show */
export async function startCatalog(token?: string): Promise<CatalogPeer> {
  const made: CatalogPeer['made'] = [];
  const deleted: string[] = [];
  const answers: CatalogPeer['answers'] = [];
  const catalogs = new Map<string, Json>();
  const schemas = new Map<string, Json>();
  const tables = new Map<string, Json>();
  let clock = 1_700_000_000_000;

  const put = (
    kind: 'catalogs' | 'schemas' | 'tables',
    known: Map<string, Json>,
    name: string,
    body: Json,
  ) => {
    if (known.has(name))
      throw new Refusal(400, `${kind.slice(0, -1).toUpperCase()}_ALREADY_EXISTS`, `${name} is there already`);
    made.push({ kind, body });
    const stamp = { created_at: clock, updated_at: clock++ };
    known.set(name, { ...body, ...stamp });
    return known.get(name)!;
  };
  const need = (known: Map<string, Json>, name: string): Json => {
    const found = known.get(name);
    if (found) return found;
    throw new Refusal(404, 'NOT_FOUND', `${name} is not there`);
  };
  const page = (all: Json[], query: URLSearchParams) => {
    const from = Number(query.get('page_token') ?? 0);
    const next = from + PAGE < all.length ? { next_page_token: String(from + PAGE) } : {};
    return { some: all.slice(from, from + PAGE), next };
  };

  const answer = (method: string, url: URL, body: Json & Named): Json => {
    const [kind, name] = url.pathname
      .replace('/api/2.1/unity-catalog/', '')
      .split('/')
      .map(decodeURIComponent);
    const { searchParams: query } = url;
    const parent = `${query.get('catalog_name')}.${query.get('schema_name')}`;
    switch (`${method} ${kind}${name === undefined ? '' : '/'}`) {
      case 'GET catalogs': {
        const { some, next } = page([...catalogs.values()], query);
        return { catalogs: some, ...next };
      }
      case 'GET catalogs/':
        return need(catalogs, name);
      case 'POST catalogs':
        return put('catalogs', catalogs, body.name, body);
      case 'GET schemas': {
        need(catalogs, query.get('catalog_name')!);
        const of = [...schemas.values()].filter((one) => one.catalog_name === query.get('catalog_name'));
        const { some, next } = page(of, query);
        return { schemas: some, ...next };
      }
      case 'GET schemas/':
        return need(schemas, name);
      case 'POST schemas': {
        need(catalogs, body.catalog_name);
        return put('schemas', schemas, `${body.catalog_name}.${body.name}`, body);
      }
      case 'GET tables': {
        need(schemas, parent);
        const of = [...tables].filter(([full]) => full.startsWith(`${parent}.`)).map(([, one]) => one);
        const { some, next } = page(of, query);
        return { tables: some, ...next };
      }
      case 'GET tables/':
        return need(tables, name);
      case 'POST tables': {
        const lacking = TABLE_FIELDS.find((field) => !(field in body));
        if (lacking) throw new Refusal(400, 'INVALID_ARGUMENT', `${lacking} is missing`);
        if (!body.storage_location)
          throw new Refusal(400, 'INVALID_ARGUMENT', 'Storage location is required for external table');
        need(schemas, `${body.catalog_name}.${body.schema_name}`);
        const full = `${body.catalog_name}.${body.schema_name}.${body.name}`;
        const elsewhere = [...tables].find(([, one]) => one.storage_location === body.storage_location);
        if (elsewhere && elsewhere[0] !== full)
          throw new Refusal(400, 'INVALID_ARGUMENT', `${elsewhere[0]} is at that location`);
        put('tables', tables, full, body);
        const table = {
          ...tables.get(full)!,
          table_id: `00000000-0000-4000-8000-${String(clock).slice(-12)}`,
        };
        tables.set(full, table);
        return table;
      }
      case 'DELETE tables/': {
        need(tables, name);
        tables.delete(name);
        deleted.push(name);
        return {};
      }
      default:
        throw new Refusal(404, 'NOT_FOUND', `${method} ${url.pathname}`);
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const instead = answers.shift();
      if (instead) return response.writeHead(instead.status).end(instead.body);
      try {
        if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
          throw new Refusal(401, 'UNAUTHENTICATED', 'who are you?');
        const told = answer(request.method!, new URL(request.url!, 'http://peer'), body);
        return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message } = error;
        const details = [{ '@type': 'google.rpc.ErrorInfo', reason: code }];
        return response
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error_code: code, message, details }));
      }
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made,
    deleted,
    tables,
    answers,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Json & Named> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return JSON.parse(text || '{}') as Json & Named;
}

const READ = `
import asyncio, json, sys
from unitycatalog.client import ApiClient, CatalogsApi, Configuration, SchemasApi, TablesApi
from unitycatalog.client.models.create_catalog import CreateCatalog
from unitycatalog.client.models.create_schema import CreateSchema
from unitycatalog.client.models.create_table import CreateTable
from unitycatalog.client.models.column_info import ColumnInfo
made = json.load(sys.stdin)
MODELS = {'catalogs': CreateCatalog, 'schemas': CreateSchema, 'tables': CreateTable}
def unknown(model, body):
    return sorted(set(body) - set(model.model_fields))
for one in made:
    model, body = MODELS[one['kind']], one['body']
    model.from_dict(body)
    extra = unknown(model, body) + [name for column in body.get('columns', []) for name in unknown(ColumnInfo, column)]
    if extra: raise ValueError(f'{one["kind"]} have no {extra}')
async def pages(call, field, **where):
    token = None
    while True:
        page = await call(**where, page_token=token)
        for one in getattr(page, field): yield one
        token = page.next_page_token
        if not token: return
async def read():
    found = []
    async with ApiClient(Configuration(host=sys.argv[1] + '/api/2.1/unity-catalog')) as client:
        async for catalog in pages(CatalogsApi(client).list_catalogs, 'catalogs'):
            async for schema in pages(SchemasApi(client).list_schemas, 'schemas', catalog_name=catalog.name):
                async for table in pages(TablesApi(client).list_tables, 'tables', catalog_name=catalog.name, schema_name=schema.name):
                    full = await TablesApi(client).get_table(f'{catalog.name}.{schema.name}.{table.name}')
                    found.append(full.to_dict())
    return found
print(json.dumps(asyncio.run(read())))
`;

/**
 * Every table as Unity Catalog's own client reads it.
 * @throws Error where it cannot take what was asked to be made, or what is answered
 */
export const readByCatalogClient = ({ url, made }: Pick<CatalogPeer, 'url' | 'made'>): Promise<Json[]> =>
  runPythonBeside<Json[]>(PYTHON!, READ, [url], JSON.stringify(made));
