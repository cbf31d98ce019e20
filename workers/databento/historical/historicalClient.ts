/** Databento's historical service, method by method. */
import type { Schema, Stype } from '../../../graph/dbn';
import { HistoricalHttp, type HttpOptions, type Parameters } from './http';

/** What records are asked for. Times are ISO 8601 or days; `start` inclusive, `end` exclusive, by ts_recv. */
export interface DataRequest {
  dataset: string;
  schema: Schema;
  symbols: readonly string[];
  stypeIn: Stype;
  start: string;
  end: string;
}

/** What a request would bring. */
export interface Estimate {
  records: number;
  /** Uncompressed, by which it is billed. */
  bytes: number;
  /** USD. */
  cost: number;
}

export interface DayCondition {
  /** UTC, `YYYY-MM-DD`. */
  date: string;
  condition: 'available' | 'degraded' | 'pending' | 'missing' | 'intraday';
  last_modified_date: string | null;
}

export interface Resolution {
  result: Record<string, { d0: string; d1: string; s: string }[]>;
  partial: string[];
  not_found: string[];
}

/** The fields of a batch job that are of use here. */
export interface BatchJob {
  id: string;
  state: 'received' | 'queued' | 'processing' | 'done' | 'expired';
  cost_usd: number | null;
  progress?: number | null;
}

export interface BatchFile {
  filename: string;
  size: number;
  /** `sha256:` and hex digits. */
  hash: string;
  urls: { https: string; ftp?: string };
}

export class HistoricalClient {
  readonly http: HistoricalHttp;

  constructor(options: HttpOptions) {
    this.http = new HistoricalHttp(options);
  }

  /** Record count, billable size and cost of a request; asking costs nothing. */
  async estimate(request: DataRequest, signal?: AbortSignal): Promise<Estimate> {
    const ask = (method: string) =>
      this.http.json<number>({
        method: `metadata.${method}`,
        post: true,
        parameters: formOf(request),
        signal,
      });
    const [records, bytes, cost] = await Promise.all([
      ask('get_record_count'),
      ask('get_billable_size'),
      ask('get_cost'),
    ]);
    return { records, bytes, cost };
  }

  /** How the data of each day are. Days without an entry have none. */
  condition(
    dataset: string,
    startDate: string,
    endDate: string,
    signal?: AbortSignal,
  ): Promise<DayCondition[]> {
    const parameters = { dataset, start_date: startDate, end_date: endDate };
    return this.http.json({ method: 'metadata.get_dataset_condition', parameters, signal });
  }

  /** From when to when there are data, by schema too. */
  range(
    dataset: string,
    signal?: AbortSignal,
  ): Promise<{ start: string; end: string; schema?: Record<string, { start: string; end: string }> }> {
    return this.http.json({ method: 'metadata.get_dataset_range', parameters: { dataset }, signal });
  }

  /** Which symbols of another kind some symbols stand for, day by day. */
  resolve(
    { dataset, symbols, stypeIn, start, end }: Omit<DataRequest, 'schema'>,
    stypeOut: Stype = 'instrument_id',
    signal?: AbortSignal,
  ): Promise<Resolution> {
    const parameters = {
      dataset,
      symbols: symbols.join(','),
      stype_in: stypeIn,
      stype_out: stypeOut,
      start_date: start.slice(0, 10),
      end_date: end.slice(0, 10),
    };
    return this.http.json({ method: 'symbology.resolve', post: true, parameters, signal });
  }

  /**
   * The records themselves, as a zstd-compressed DBN stream. This is billed, each time.
   * @param read takes the stream; if it fails because the connection broke, the request is made again
   */
  getRange<T>(
    request: DataRequest,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.http.open(
      {
        method: 'timeseries.get_range',
        post: true,
        parameters: dataFormOf(request),
        signal,
      },
      read,
    );
  }

  /**
   * Orders files, one a day. This is billed; it is not tried again if nobody knows whether it was carried out, and `listJobs` tells.
   */
  submitJob(request: DataRequest, signal?: AbortSignal): Promise<BatchJob> {
    return this.http.json({
      method: 'batch.submit_job',
      post: true,
      once: true,
      parameters: { ...dataFormOf(request), split_duration: 'day', delivery: 'download' },
      signal,
    });
  }

  listJobs(signal?: AbortSignal): Promise<BatchJob[]> {
    const parameters = { states: 'received,queued,processing,done' };
    return this.http.json({ method: 'batch.list_jobs', parameters, signal });
  }

  job(id: string, signal?: AbortSignal): Promise<BatchJob> {
    return this.http.json({ method: 'batch.get_job_details', parameters: { job_id: id }, signal });
  }

  files(jobId: string, signal?: AbortSignal): Promise<BatchFile[]> {
    return this.http.json({ method: 'batch.list_files', parameters: { job_id: jobId }, signal });
  }
}

const formOf = ({ dataset, schema, symbols, stypeIn, start, end }: DataRequest): Parameters => ({
  dataset,
  schema,
  symbols: symbols.join(','),
  stype_in: stypeIn,
  start,
  end,
});

/** The same where records come: their instruments have numbers. */
const dataFormOf = (request: DataRequest): Parameters => ({
  ...formOf(request),
  stype_out: 'instrument_id',
  encoding: 'dbn',
  compression: 'zstd',
});
