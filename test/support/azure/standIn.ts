/**
 * Stands in for `az` while a script runs: checks what it is called with against the command line's own tables of arguments, records it, and
 * gives the answers that a test has prepared.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { search } from 'jmespath';

interface Option {
  names: string[];
  required?: boolean;
  /** As Python's argparse has it: 0 is a flag, none is one value. */
  values?: number | '?' | '*' | '+';
  choices?: string[];
}

interface Table {
  positional: number;
  options: Option[];
}

/** What commands take, by their names. */
export type Tables = Record<string, Table>;

/** JSON by command, or by command and one of its values, as `group show=rg-one`; `{ each: [...] }` one after the other. */
export type Answers = Record<string, unknown>;

/** An answer that is a failure. */
interface Failure {
  fails: string;
}

export interface Call {
  command: string;
  /** Values by the first name of each option. */
  given: Record<string, string[]>;
}

interface Said {
  code: number;
  out: string;
  error: string;
}

/** What every command takes. */
const GLOBAL: readonly Option[] = [
  { names: ['--query'] },
  { names: ['--output', '-o'], choices: ['json', 'none', 'table', 'tsv', 'yaml'] },
  { names: ['--only-show-errors'], values: 0 },
];

class Refused extends Error {}

export class StandIn {
  readonly calls: Call[] = [];
  /** What `az` would not have taken. */
  readonly refused: string[] = [];
  private readonly asked = new Map<string, number>();
  private readonly server: Server;

  constructor(
    private readonly tables: Tables,
    private readonly answers: Answers,
  ) {
    this.server = createServer((socket) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const [count, ...words] = text.split('\0');
        // The last piece is what follows the last end.
        if (words.length <= Number(count)) return;
        const { code, out, error } = this.call(words.slice(0, Number(count)));
        socket.end(`${code}\0${out}\0${error}\0`);
      });
    });
  }

  /** @returns lines of bash that call it */
  async listen(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    const { port } = this.server.address() as AddressInfo;
    return [
      `exec 3<>/dev/tcp/127.0.0.1/${port}`,
      String.raw`printf '%s\0' "$#" "$@" >&3`,
      `IFS= read -r -d '' code <&3 && IFS= read -r -d '' out <&3 && IFS= read -r -d '' error <&3`,
      `printf '%s' "$out"`,
      `printf '%s' "$error" >&2`,
      'exit "$code"',
    ].join('\n');
  }

  async close(): Promise<void> {
    this.server.close();
    await once(this.server, 'close');
  }

  private call(words: readonly string[]): Said {
    try {
      const known = Object.keys(this.tables).filter((name) => `${words.join(' ')} `.startsWith(`${name} `));
      const [command] = known.sort((one, other) => other.length - one.length);
      if (command === undefined)
        throw new Refused(`'${words.slice(0, 3).join(' ')}' is not a command that is known here`);
      const given = parse(this.tables[command], words.slice(command.split(' ').length), command);
      this.calls.push({ command, given });
      return this.answer(command, given);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused.push(error.message);
      return { code: 2, out: '', error: `ERROR: ${error.message}\n` };
    }
  }

  private answer(command: string, given: Call['given']): Said {
    const values = Object.values(given).flat();
    const key = [...values.map((value) => `${command}=${value}`), command].find((one) => one in this.answers);
    if (key === undefined) return { code: 0, out: '', error: '' };
    const before = this.asked.get(key) ?? 0;
    this.asked.set(key, before + 1);
    const { each } = (this.answers[key] ?? {}) as { each?: unknown[] };
    const result = each ? each[Math.min(before, each.length - 1)] : this.answers[key];
    const { fails } = (result ?? {}) as Partial<Failure>;
    if (fails !== undefined) return { code: 1, out: '', error: `ERROR: ${fails}\n` };
    const [destination] = given['--destination'] ?? [];
    if (destination) writeFileSync(destination, JSON.stringify(result));
    const [query] = given['--query'] ?? [];
    const shown: unknown = query === undefined ? result : search(result, query);
    const [form = 'json'] = given['--output'] ?? [];
    if (form === 'none') return { code: 0, out: '', error: '' };
    return { code: 0, out: form === 'tsv' ? tsv(shown) : `${JSON.stringify(shown, null, 2)}\n`, error: '' };
  }
}

const isOption = (word: string): boolean => /^-{1,2}[a-zA-Z]/.test(word);

function parse({ options, positional }: Table, words: readonly string[], command: string): Call['given'] {
  const given: Call['given'] = {};
  const plain: string[] = [];
  for (let k = 0; k < words.length;) {
    const word = words[k++];
    if (!isOption(word)) {
      plain.push(word);
      continue;
    }
    const option = [...options, ...GLOBAL].find(({ names }) => names.includes(word));
    if (!option) throw new Refused(`${command}: unrecognized arguments: ${word}`);
    const { names, values: wanted = 1, choices } = option;
    const most = wanted === '?' ? 1 : typeof wanted === 'number' ? wanted : Infinity;
    const values: string[] = [];
    while (values.length < most && k < words.length && !isOption(words[k])) values.push(words[k++]);
    if (values.length === 0 && (wanted === 1 || wanted === '+'))
      throw new Refused(`${command}: argument ${word}: expected one argument`);
    const wrong = choices && values.find((value) => !choices.includes(value));
    if (wrong !== undefined) throw new Refused(`${command}: '${wrong}' is not a valid value for '${word}'`);
    if (given[names[0]]) throw new Refused(`${command}: ${word} is given twice`);
    given[names[0]] = values;
  }
  const missing = options.find(({ names, required }) => required && !given[names[0]]);
  if (missing) throw new Refused(`${command}: the following arguments are required: ${missing.names[0]}`);
  if (plain.length !== positional)
    throw new Refused(`${command}: unrecognized arguments: ${plain.join(' ')}`);
  return given;
}

/** As `--output tsv` writes it: an element a line. */
function tsv(value: unknown): string {
  if (value === null || value === undefined) return '';
  const rows: unknown[] = Array.isArray(value) ? value : [value];
  const cell = (one: unknown) =>
    typeof one === 'string' ? one : one === null ? 'None' : JSON.stringify(one);
  return rows.map((row) => `${Array.isArray(row) ? row.map(cell).join('\t') : cell(row)}\n`).join('');
}
