/** Databento's historical service on this machine: its shapes, and what it does wrong when a test says so. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeMetadata, encodeRecord, fileMetadata, type Schema } from '../../graph/dbn';
import { ApiKey } from '../../workers/databento';
import { someMbo } from './dbnFiles';
import { TEST_KEY } from './scriptedGateway';
import { loadCompressor, type Compress } from './zstd';

const NS_PER_DAY = 86_400_000_000_000n;
const RECORDS_PER_DAY = 50;
const USD_PER_RECORD = 0.01;
const midnight = (day: string): bigint => BigInt(Date.parse(`${day}T00:00Z`)) * 1_000_000n;
const daysFrom = (start: string, end: string): string[] => {
  const days: string[] = [];
  for (let ns = midnight(start); ns < midnight(end); ns += NS_PER_DAY)
    days.push(new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 10));
  return days;
};

export interface Asked {
  method: string;
  form: Record<string, string>;
  headers: IncomingMessage['headers'];
}

/** Answers in place of the usual one; says whether it has. */
type Intervention = (asked: Asked, response: ServerResponse) => boolean | Promise<boolean>;

export class HistoricalServer {
  /** Everything that was asked, in order. */
  readonly asked: Asked[] = [];
  /** Tried in turn for every request. */
  intervene: Intervention = () => false;
  /** Days on which there is something. */
  hasData: (day: string) => boolean = () => true;
  /** How often a job is asked for before it is done. */
  jobTakes = 1;
  underWay = 0;
  mostUnderWay = 0;
  private readonly jobs: { form: Record<string, string>; polls: number; files: Map<string, Buffer> }[] = [];
  private readonly server = createServer((request, response) => void this.take(request, response));

  private constructor(private readonly compress: Compress) {}

  static async start(): Promise<HistoricalServer> {
    const server = new HistoricalServer(await loadCompressor());
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v0`;
  }

  /** How often a method was asked. */
  count(method: string): number {
    return this.asked.filter((one) => one.method === method).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A day's file of a schema, as it is delivered. */
  file(day: string, schema: string, symbol: string): Buffer {
    const start = midnight(day);
    const metadata = fileMetadata({
      dataset: 'GLBX.MDP3',
      schema: schema as Schema,
      start,
      end: start + NS_PER_DAY,
      symbols: symbol.split(','),
      mappings: [
        {
          rawSymbol: 'ESH4',
          intervals: [{ startDate: day, endDate: daysAfter(day), symbol: '17077' }],
        },
      ],
    });
    const records = schema === 'mbo' ? someMbo(RECORDS_PER_DAY) : [];
    const moved = records.map((record, k) => ({
      ...record,
      tsRecv: start + BigInt(k) * 1_000_000_000n,
      tsEvent: start + BigInt(k) * 1_000_000_000n,
    }));
    const encoded = moved.map((record) => encodeRecord(record));
    return Buffer.from(this.compress(new Uint8Array(Buffer.concat([encodeMetadata(metadata), ...encoded]))));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    response.once('close', () => this.underWay--);
    const url = new URL(request.url!, this.url);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
    const asked = { method: url.pathname.replace(/^\/v0\//, ''), form, headers: request.headers };
    this.asked.push(asked);
    if (request.headers.authorization !== new ApiKey(TEST_KEY).basicAuthorization())
      return fail(response, 401, 'Authentication failed.');
    if (await this.intervene(asked, response)) return;
    this.answer(asked, response);
  }

  private answer({ method, form, headers }: Asked, response: ServerResponse): void {
    const days = form.start ? daysFrom(form.start, form.end).filter(this.hasData) : [];
    const records = form.schema === 'mbo' ? days.length * RECORDS_PER_DAY : 0;
    switch (method) {
      case 'metadata.get_record_count':
        return json(response, records);
      case 'metadata.get_billable_size':
        return json(response, records * 56);
      case 'metadata.get_cost':
        return json(response, records * USD_PER_RECORD);
      case 'metadata.get_dataset_condition':
        return json(
          response,
          daysFrom(form.start_date, daysAfter(form.end_date))
            .filter(this.hasData)
            .map((date) => ({ date, condition: 'available', last_modified_date: '2024-01-01' })),
        );
      case 'symbology.resolve':
        return json(response, this.resolution(form));
      case 'timeseries.get_range':
        response.writeHead(200, { 'content-type': 'application/octet-stream' });
        return void response.end(this.file(form.start, form.schema, form.symbols));
      case 'batch.submit_job': {
        const files = new Map(
          days.map((day) => [
            `glbx-mdp3-${day.replaceAll('-', '')}.${form.schema}.dbn.zst`,
            this.file(day, form.schema, form.symbols),
          ]),
        );
        files.set('condition.json', Buffer.from('[]'));
        this.jobs.push({ form, polls: 0, files });
        return json(response, this.jobOf(this.jobs.length - 1));
      }
      case 'batch.get_job_details':
        return json(response, this.jobOf(Number(form.job_id.split('-')[1])));
      case 'batch.list_files': {
        const { files } = this.jobs[Number(form.job_id.split('-')[1])];
        return json(
          response,
          [...files].map(([filename, bytes]) => ({
            filename,
            size: bytes.length,
            hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
            urls: { https: `${this.url}/batch/download/USER/${form.job_id}/${filename}`, ftp: 'ftp://x/y' },
          })),
        );
      }
    }
    const [, job, name] = /^batch\/download\/USER\/JOB-(\d+)\/(.+)$/.exec(method) ?? [];
    const bytes = this.jobs[Number(job)]?.files.get(name);
    if (bytes === undefined) return fail(response, 404, `no ${method}`);
    sendRange(bytes, headers.range, response);
  }

  private resolution({ symbols }: Record<string, string>) {
    const list = symbols.split(',');
    const known = list.filter((symbol) => /^E[SW]/.test(symbol));
    const interval = { d0: '2024-01-01', d1: '2025-01-01', s: '17077' };
    return {
      result: Object.fromEntries(known.map((symbol) => [symbol, [interval]])),
      partial: [],
      not_found: list.filter((symbol) => !known.includes(symbol)),
    };
  }

  private jobOf(k: number) {
    const job = this.jobs[k];
    const state = job.polls++ < this.jobTakes ? 'processing' : 'done';
    return { id: `JOB-${k}`, state, cost_usd: null, progress: null };
  }
}

const daysAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Bytes from where they are asked for on, as a server does that knows ranges. */
export function sendRange(bytes: Buffer, range: string | undefined, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (from === 0) response.writeHead(200, { 'content-length': bytes.length });
  else
    response.writeHead(206, {
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    });
  response.end(bytes.subarray(from));
}

export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

export function fail(
  response: ServerResponse,
  status: number,
  detail: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'R1', ...headers });
  response.end(JSON.stringify({ detail }));
}
