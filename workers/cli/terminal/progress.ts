/** Progress on stderr: one line that is drawn anew on a terminal, a line now and then where it is a file. */

const REDRAW_MS = 100;
const LOG_MS = 10_000;
const BAR_CELLS = 24;

export class ProgressLine {
  private readonly terminal = process.stderr.isTTY;
  private shown = '';
  private due = 0;
  private ended = false;

  /** Shows a state; between redraws it may be left out. */
  show(text: string): void {
    const now = Date.now();
    if (this.ended || text === this.shown || now < this.due) return;
    this.due = now + (this.terminal ? REDRAW_MS : LOG_MS);
    this.shown = text;
    const width = process.stderr.columns ?? 120;
    process.stderr.write(this.terminal ? `\r\x1b[2K${text.slice(0, width - 1)}` : `${text}\n`);
  }

  /** Leaves the terminal clean for what is printed next; what is shown later is ignored. */
  end(): void {
    if (this.terminal && this.shown) process.stderr.write('\r\x1b[2K');
    this.ended = true;
  }
}

/** `[######..........] 37/60`. */
export function bar(done: number, total: number): string {
  const filled = total > 0 ? Math.round((done / total) * BAR_CELLS) : 0;
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ${done}/${total}`;
}

/** `2:05`, minutes and seconds. */
export function minutesSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
