/** What was typed at the prompt, remembered from one to the next in a file that only its user can read. */
import { appendFileSync, chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../../lake/store/makeFolders';
import { note } from '../terminal/output';

/** Lines remembered. The file may hold twice as many before it is cut. */
export const HISTORY_LINES = 1000;
const PRIVATE = 0o600;

/** In the user's state folder: `XDG_STATE_HOME`, or `~/.local/state`. */
export const historyFile = (environment = process.env): string =>
  join(environment.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'spymaster', 'sql-history');

export class PromptHistory {
  private kept = true;

  constructor(private readonly file = historyFile()) {}

  /** The latest first, each once. */
  lines(): string[] {
    let found: string[];
    try {
      found = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    } catch {
      // There is none before the first line, and without one the prompt works as well.
      return [];
    }
    if (found.length > 2 * HISTORY_LINES) this.attempt(() => this.replace(found.slice(-HISTORY_LINES)));
    return [...new Set(found.reverse())].slice(0, HISTORY_LINES);
  }

  /** Remembers a line at once: several prompts may be open, and one may be killed. */
  add(line: string): void {
    if (line.trim() === '' || line.includes('\n')) return;
    this.attempt(() => {
      makeFolders(dirname(this.file), 0o700);
      appendFileSync(this.file, `${line}\n`, { mode: PRIVATE });
      // The file may be older than this program.
      chmodSync(this.file, PRIVATE);
    });
  }

  private replace(lines: readonly string[]): void {
    const part = `${this.file}.${process.pid}`;
    writeFileSync(part, `${lines.join('\n')}\n`, { mode: PRIVATE });
    renameSync(part, this.file);
  }

  /** A prompt must not end because of its history; that there will be none is said once. */
  private attempt(work: () => void): void {
    if (!this.kept) return;
    try {
      work();
    } catch (error) {
      this.kept = false;
      note(
        `What is typed cannot be remembered in ${this.file}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
