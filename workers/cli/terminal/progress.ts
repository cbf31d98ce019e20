/** Progress on stderr: one line that is redrawn on a terminal, a line every ten seconds where it is a file. */
import type { Log } from '../../observing/log';
import { note, wipeFirst } from './output';
import { visible } from '../../visible';

const REDRAW_MS = 100;
const LOG_MS = 10_000;
const READING_MS = 2000;
const BAR_CELLS = 24;

export class ProgressLine {
  private readonly terminal: boolean;
  private shown = '';
  private due = 0;
  private ended = false;

  /** @param log of the process, where it has one: what it says as JSON, it says of its progress too */
  constructor(private readonly log?: Log) {
    this.terminal = process.stderr.isTTY && log?.form !== 'json';
    wipeFirst(() => this.clear());
  }

  /** Shows a state; between redraws it may be left out. */
  show(state: string): void {
    const text = visible(state);
    const now = Date.now();
    if (this.ended || text === this.shown || now < this.due) return;
    this.due = now + (this.terminal ? REDRAW_MS : LOG_MS);
    this.shown = text;
    const width = process.stderr.columns ?? 120;
    if (this.log?.form === 'json') this.log.info(text);
    else process.stderr.write(this.terminal ? `\r\x1b[2K${text.slice(0, width - 1)}` : `${text}\n`);
  }

  /** Leaves the terminal clean for what is printed next. */
  clear(): void {
    if (this.terminal && this.shown) process.stderr.write('\r\x1b[2K');
    this.shown = '';
  }

  /** The same; what is shown later is ignored. */
  end(): void {
    this.clear();
    this.ended = true;
  }
}

/** Runs something with a progress line, and clears the line whatever becomes of the work. */
export async function withProgress<T>(work: (line: ProgressLine) => Promise<T>, log?: Log): Promise<T> {
  const line = new ProgressLine(log);
  try {
    return await work(line);
  } finally {
    line.end();
  }
}

/**
 * A callback that notes every two seconds how much of a file has been read, for commands that print while they read. A file
 * read sooner is not mentioned.
 */
export function noteReading(): (read: number, total: number, file?: string) => void {
  let due = performance.now() + READING_MS;
  return (read, total, file) => {
    if (performance.now() < due) return;
    due = performance.now() + READING_MS;
    const progress = `${Math.floor((100 * read) / total)}% of ${Math.ceil(total / 1e6)} MB`;
    note(file === undefined ? progress : `${file}: ${progress}`);
  };
}

/** `[######..........] 37/60`. */
export function bar(done: number, total: number): string {
  const filled = total > 0 ? Math.min(Math.round((done / total) * BAR_CELLS), BAR_CELLS) : 0;
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ${done}/${total}`;
}

/** `2:05`, minutes and seconds. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
