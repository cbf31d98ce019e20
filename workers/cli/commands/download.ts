/** `spymaster download`: market data bought from Databento, once their cost is agreed to. */
import { basename, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Schema } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import { productsOf } from '../../../graph/settings';
import { loadConfig, type Config } from '../../config';
import { HistoricalClient, KEY_VARIABLE, type Estimate } from '../../databento';
import { planDownload, type DownloadPlan, type Outcome } from '../../download/downloader';
import {
  DATASET,
  DEFAULT_SCHEMAS,
  parseSchemas,
  productOf,
  targetsOf,
  utcDaysOf,
  type DownloadWish,
} from '../../download/plan';
import { visible } from '../../visible';
import { databentoKey } from '../../databentoKey';
import { calendarDate } from '../arguments';
import { openLake, shortPath } from '../openLake';
import { ask, terminal } from '../terminal/ask';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson, printTable } from '../terminal/output';
import { bar, ProgressLine, withProgress } from '../terminal/progress';

interface Options extends Omit<DownloadWish, 'schemas' | 'options' | 'out'> {
  schema: Schema[];
  options?: boolean;
  out: string;
  batch?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  maxCost?: number;
  import?: boolean;
  json?: boolean;
}

/** Where the service is, if not at Databento's. */
const URL_VARIABLE = 'DATABENTO_HISTORICAL_URL';
const DEFAULT_OUT = '.spymaster/downloads';

const HELP = `
What it costs is asked first and shown, and nothing is bought before that is agreed to. Files that are there already are not bought again,
so the same command goes on where another was interrupted; Ctrl-C keeps what is whole.

--symbol is a product (ES: all its futures, spreads among them), a contract (ESH4), or the contract by a rule (ES.v.0, the largest
volume). Dates are trade dates; the files are of UTC days, and a trade date begins the evening before, so that there is a day more.
Without --batch the records come as they are asked for, a file a schema and UTC day; one that breaks off is bought again. With --batch
Databento prepares files, which cost the same, can be fetched again for 30 days, and go on where a download broke off; ordered jobs are
kept in OUT/jobs.json.

The key is taken from ${KEY_VARIABLE}, never from an option, and is in no file or message. ${URL_VARIABLE} names another service, such
as a proxy.
Exit code: 0 all there; 3 some failed; 1 refused or too dear; 130 interrupted.`;

/** @throws SpymasterError BadConfig for what is no address */
function serviceUrl(address: string | undefined): string | undefined {
  if (!address) return undefined;
  if (URL.canParse(address) && /^https?:/.test(address)) return address;
  throw new SpymasterError('BadConfig', `"${address}" is no historical service`, {
    field: URL_VARIABLE,
    expected: 'such as https://hist.databento.com/v0',
  });
}

export function define(command: Command): void {
  command
    .requiredOption('--symbol <symbol>', 'product, contract or rule')
    .requiredOption('--start <date>', 'first trade date', calendarDate)
    .requiredOption('--end <date>', 'last trade date', calendarDate)
    .option('--schema <list>', 'schemas', schemas, [...DEFAULT_SCHEMAS])
    .option('--options', "definitions, trades and statistics of the product's options too")
    .option('--out <folder>', 'where files are put', DEFAULT_OUT)
    .option('--batch', 'as jobs, which Databento prepares')
    .option('--dry-run', 'show what it would cost, and buy nothing')
    .option('--yes', 'agree to the cost')
    .option('--max-cost <usd>', 'refuse if it costs more', dollars)
    .option('--import', 'take the files into the lake')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(download);
}

function schemas(text: string): Schema[] {
  try {
    return parseSchemas(text);
  } catch (error) {
    const { message, details } = error as SpymasterError;
    throw new InvalidArgumentError(`${message}: choose of ${details.expected}.`);
  }
}

function dollars(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be an amount in USD.');
  return Number(text);
}

async function download(options: Options): Promise<void> {
  const config = loadConfig();
  const key = await databentoKey(config);
  const products = productsOf(config.features);
  const { symbol, start, end, schema, dryRun, json } = options;
  const out = resolve(options.out);
  const rule = /^([A-Z0-9]+)\.[cvn]\.\d+$/.exec(symbol);
  const wish = { symbol, start, end, schemas: schema, options: options.options ?? false, out };
  const targets = targetsOf(wish, products);
  const days = utcDaysOf(start, end, productOf(symbol, rule?.[1], products));
  const client = new HistoricalClient({
    key,
    baseUrl: serviceUrl(process.env[URL_VARIABLE]),
    onWarning: (text) => note(visible(text), 'warn'),
  });
  await untilInterrupted(async (signal) => {
    const plan = await withProgress((line) => {
      line.show('asking Databento what it costs');
      return planDownload({ client, targets, days, out, batch: options.batch ?? false, signal });
    });
    if (!json) showPlan(plan, days);
    let outcome: Outcome = { files: [], failures: [] };
    let imported: Record<string, number> | undefined;
    if (!dryRun) {
      await agree(plan.total, options);
      outcome = await run(plan, signal);
      if (options.import) imported = await importFiles(config, outcome, signal);
    }
    report(plan, outcome, imported, options);
    if (signal.aborted) {
      process.exitCode = EXIT.interrupted;
      note('Interrupted; the same command goes on.', 'warn');
    } else if (outcome.failures.length > 0)
      process.exitCode = outcome.files.length > 0 ? EXIT.partial : EXIT.failed;
  });
}

function showPlan({ targets, total, remarks }: DownloadPlan, days: readonly string[]): void {
  for (const text of remarks) note(visible(text), 'warn');
  const row = (names: string[], present: string | number, { records, bytes, cost }: Estimate) => [
    ...names,
    present,
    records,
    megabytes(bytes),
    cost.toFixed(2),
  ];
  printTable(
    ['symbols', 'schema', 'UTC days', 'there', 'records', 'MB', 'USD'],
    [
      ...targets.map(({ target, days: ours, present, estimate }) =>
        row([symbolsText(target.symbols), target.schema, String(ours.length)], present, estimate),
      ),
      row(['all', '', String(days.length)], '', total),
    ],
  );
}

/** Symbols named in a line. */
const MOST_SYMBOLS = 2;

const symbolsText = (symbols: readonly string[]): string =>
  symbols.length <= MOST_SYMBOLS
    ? symbols.join(' ')
    : `${symbols.slice(0, MOST_SYMBOLS).join(' ')} and ${symbols.length - MOST_SYMBOLS} more`;

/** Settles once what it costs is agreed to. */
async function agree({ cost }: Estimate, { yes, maxCost, json }: Options): Promise<void> {
  if (maxCost !== undefined && cost > maxCost)
    throw new SpymasterError('LimitReached', `it costs ${cost.toFixed(2)} USD, more than --max-cost`, {
      field: '--max-cost',
      expected: 'fewer dates or schemas, or a higher limit',
    });
  if (yes || cost === 0) return;
  const asked = json ? undefined : terminal();
  if (asked && (await ask(`Buy this for ${cost.toFixed(2)} USD? [y/N] `, asked))) return;
  throw new SpymasterError('BadArgument', `it costs ${cost.toFixed(2)} USD; nothing was bought`, {
    expected: '--yes to agree to it',
  });
}

const run = (plan: DownloadPlan, signal: AbortSignal): Promise<Outcome> =>
  withProgress((line: ProgressLine) => {
    let received = 0;
    let files = '';
    const show = () => line.show(`${files}${files && '  '}${megabytes(received)} MB`);
    return plan.run(
      {
        bytes(more) {
          received += more;
          show();
        },
        file(done, of) {
          files = bar(done, of);
          show();
        },
        says: note,
      },
      signal,
    );
  });

/** Takes whole files into the lake. @returns how many came in, were known, were refused */
async function importFiles(
  config: Config,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const { raw } = await openLake(config);
  const counts: Record<string, number> = {};
  await withProgress(async (line) => {
    for (const [done, path] of outcome.files.entries()) {
      if (signal.aborted) return;
      const onBytes = (read: number, total: number) =>
        line.show(
          `import ${bar(done, outcome.files.length)} ${basename(path)} ${Math.floor((100 * read) / total)}%`,
        );
      try {
        const { status } = await raw.import(path, { signal, onBytes });
        counts[status] = (counts[status] ?? 0) + 1;
      } catch (error) {
        if (!(error instanceof SpymasterError)) throw error;
        if (error.code !== 'Cancelled') outcome.failures.push({ file: path, error });
      }
    }
  });
  return counts;
}

function report(
  { targets, total, remarks }: DownloadPlan,
  { files, failures }: Outcome,
  imported: Record<string, number> | undefined,
  { json, dryRun, out }: Options,
): void {
  if (json)
    return printJson({
      dataset: DATASET,
      plan: targets.map(({ target, days, present, estimate }) => ({ ...target, days, present, ...estimate })),
      total,
      remarks,
      files,
      failures: failures.map(({ file, error }) => ({ file, code: error.code, message: error.message })),
      ...(imported && { imported }),
    });
  for (const { file, error } of failures) note(visible(`${basename(file)}: ${error.message}`), 'bad');
  if (dryRun) return;
  const taken = Object.entries(imported ?? {}).map(([status, n]) => `${n} ${status}`);
  note(
    `${files.length} files are whole in ${shortPath(resolve(out))}${imported ? `; lake: ${taken.join(', ') || 'none taken in'}` : ''}.`,
  );
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
