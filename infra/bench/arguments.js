// @ts-check
// Plain JavaScript: `npm run bench -- --help` answers before anything is installed or compiled.
const { parseArgs } = require('node:util');

/** In the order they run. */
const BENCHES = /** @type {const} */ ([
  'dbn',
  'book',
  'bars',
  'lake',
  'sim',
  'options',
  'pipeline',
  'memory',
  'models',
  'precedents',
  'scorer',
  'temporal',
]);

const HELP = `Usage: npm run bench [-- [--smoke] [NAME...]]

Measures every figure of the README on this machine and prints one JSON document; progress goes to stderr.
NAME: ${BENCHES.join(' ')}; all of them without one.

  --smoke     measure nothing: each only shows that it runs
  -h, --help  print this
`;

/**
 * What a command line asks for.
 * @param {string[]} args
 * @returns {{ help: boolean, smoke: boolean, names: string[] }}
 * @throws {Error} naming an option or a bench that there is not
 */
function parse(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, smoke: { type: 'boolean' } },
  });
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench === name));
  if (unknown.length > 0)
    throw new Error(`no such bench: ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`);
  return { help: values.help ?? false, smoke: values.smoke ?? false, names: positionals };
}

/**
 * As `parse`; help is printed, and what is wrong is said with exit code 2.
 * @param {string[]} args
 * @returns {{ smoke: boolean, names: string[] } | undefined} undefined where there is nothing to run
 */
function wanted(args) {
  try {
    const { help, ...rest } = parse(args);
    if (!help) return rest;
    process.stdout.write(HELP);
  } catch (error) {
    process.stderr.write(`bench: ${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exitCode = 2;
  }
  return undefined;
}

module.exports = { BENCHES, wanted };
