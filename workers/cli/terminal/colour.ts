/** Colour on a terminal: how things are, at a glance. Never in a pipe, a file or JSON, unless FORCE_COLOR asks for it. */
import { styleText } from 'node:util';

export type Tone = 'good' | 'warn' | 'bad';

const STYLES = { good: 'green', warn: 'yellow', bad: 'red' } as const;

/** States as tables and verdicts write them. */
const TONES: Readonly<Record<string, Tone>> = {
  published: 'good',
  passed: 'good',
  PASS: 'good',
  stale: 'warn',
  warned: 'warn',
  building: 'warn',
  cancelled: 'warn',
  EMPTY: 'warn',
  failed: 'bad',
  FAILED: 'bad',
  FAIL: 'bad',
  blocked: 'bad',
  refused: 'bad',
};

/** The tone of a state, or of several (`stale, warned`): that of the last; undefined of any other text. */
export function toneOf(state: string): Tone | undefined {
  const tones = state.split(', ').map((word) => (Object.hasOwn(TONES, word) ? TONES[word] : undefined));
  return tones.includes(undefined) ? undefined : tones.at(-1);
}

/** As `process.stdout` and `process.stderr` are, whatever they lead to. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'hasColors'>;

/** Whether a stream shows colours: a terminal that can, unless NO_COLOR is set; FORCE_COLOR wins over both, as in Node. */
export function showsColour(stream: Stream, environment = process.env): boolean {
  const { FORCE_COLOR, NO_COLOR } = environment;
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR);
  return stream.isTTY && !NO_COLOR && stream.hasColors(environment);
}

/** The text in the colour of its tone, where the stream shows colours. Widths must have been measured before. */
export function toned(text: string, tone: Tone | undefined, stream: Stream): string {
  if (tone === undefined || !showsColour(stream)) return text;
  return styleText(STYLES[tone], text, { validateStream: false });
}
