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
  'live',
  'screen',
  'temporal',
  'skill',
]);

/** Of the signals that the markets of `skill` are simulated with. */
const STRENGTHS = [1, 0.5, 0.15, 0];

const HELP = `Usage: npm run bench [-- [OPTION...] [NAME...]]

Measures every figure of the README on this machine and prints one JSON document; progress goes to stderr.
NAME: ${BENCHES.join(' ')}; all of them without one, but skill,
which takes hours at first and keeps what it simulates in .spymaster/bench.

  --smoke       measure nothing: each only shows that it runs
  --seeds N     skill: simulated markets of each strength; 3 without
  --sessions N  skill: most sessions of a market
  --events N    skill, screen: MBO rows a session
  --strength S  skill: that market alone: 1, .5, .15 or 0
  -h, --help    print this
`;

/**
 * Of the benches that take them; what is not given is as it should be measured.
 * @typedef {{ seeds?: number, sessions?: number, events?: number, strength?: number }} SkillOptions
 */

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} least
 * @param {number} most
 * @returns {number | undefined}
 * @throws {Error} where it is no whole number between the two
 */
function count(name, text, least, most) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`--${name} ${text}: expected a whole number from ${least} to ${most}`);
  return value;
}

/**
 * @param {string | undefined} text
 * @returns {number | undefined}
 * @throws {Error} where it is none of those that are simulated
 */
function strengthOf(text) {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!STRENGTHS.includes(value))
    throw new Error(`--strength ${text}: expected one of ${STRENGTHS.join(', ')}`);
  return value;
}

/**
 * What a command line asks for.
 * @param {string[]} args
 * @returns {{ help: boolean, smoke: boolean, names: string[], skill: SkillOptions }}
 * @throws {Error} naming an option or a bench that there is not
 */
function parse(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      smoke: { type: 'boolean' },
      seeds: { type: 'string' },
      sessions: { type: 'string' },
      events: { type: 'string' },
      strength: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench === name));
  if (unknown.length > 0)
    throw new Error(`no such bench: ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`);
  const skill = {
    seeds: count('seeds', values.seeds, 1, 3),
    sessions: count('sessions', values.sessions, 6, 310),
    events: count('events', values.events, 10_000, 33_000_000),
    strength: strengthOf(values.strength),
  };
  return { help: values.help ?? false, smoke: values.smoke ?? false, names: positionals, skill };
}

/**
 * As `parse`; help is printed, and what is wrong is said with exit code 2.
 * @param {string[]} args
 * @returns {{ smoke: boolean, names: string[], skill: SkillOptions } | undefined} undefined where there is nothing to run
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
