/**
 * Databento's own encoder of CSV and JSON (`databento_dbn`, the Rust library behind its `dbn` command line), called from Python. The
 * benchmarks' environment has it; otherwise one is made once a user.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Schema } from '../../graph/dbn';
import { canImport, describeWith, pythonWith } from './pythonVenv';

const MODULES = ['databento_dbn'];
const BENCH = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'spymaster',
  'bench-peers',
  'bin',
  'python',
);
const PYTHON = canImport(BENCH, MODULES)
  ? BENCH
  : pythonWith('venv-databento', ['databento-dbn==0.70.0'], MODULES);

export const describeWithDatabento: jest.Describe = describeWith(
  PYTHON,
  'no Python with pip for the databento-dbn package',
);

export interface TranscodeRequest {
  /** A plain DBN file. */
  file: string;
  encoding: 'csv' | 'json';
  pretty: boolean;
  schema: Schema;
}

const SCRIPT = `
import datetime, io, json, sys
import databento_dbn as d

def transcode(file, encoding, pretty, schema):
    data = open(file, 'rb').read()
    names = {}
    for symbol, intervals in d.Metadata.decode(data).mappings.items():
        for i in intervals:
            names.setdefault(int(i['symbol']), []).append((i['start_date'], i['end_date'], symbol))
    out = io.BytesIO()
    t = d.Transcoder(file=out, encoding=d.Encoding.from_str(encoding), compression=d.Compression.NONE, pretty_px=pretty,
                     pretty_ts=pretty, has_metadata=True, map_symbols=True, symbol_interval_map=names,
                     schema=d.Schema.from_str(schema))
    t.write(data)
    t.flush()
    return out.getvalue().decode()

print(json.dumps([transcode(**request) for request in json.load(sys.stdin)]))
`;

/** What Databento makes of each file, with symbols. */
export function transcode(requests: readonly TranscodeRequest[]): string[] {
  const run = spawnSync(PYTHON as string, ['-c', SCRIPT], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) throw new Error(`python: ${run.stderr}`);
  return JSON.parse(run.stdout) as string[];
}

const CLIENT_MODULES = ['databento'];
/** A Python with Databento's own client, of the benchmarks' environment or one made once a user. */
const CLIENT_PYTHON = canImport(BENCH, CLIENT_MODULES)
  ? BENCH
  : pythonWith('venv-databento-client', ['databento==0.88.0'], CLIENT_MODULES);

export const describeWithDatabentoClient: jest.Describe = describeWith(
  CLIENT_PYTHON,
  'no Python with pip for the databento package',
);

/** Runs a script with Databento's client while this process goes on; resolves to the JSON it prints. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what its script prints
export async function runDatabentoClient<T>(script: string, ...args: string[]): Promise<T> {
  const child = spawn(CLIENT_PYTHON as string, ['-c', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`python: ${err}`);
  return JSON.parse(out) as T;
}
