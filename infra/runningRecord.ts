/** A file by which processes of this clone find one that serves them. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../lake/store/makeFolders';
import { isAlive } from './processes';

export class RunningRecord<T extends { pid: number }> {
  constructor(private readonly file: string) {}

  /** Undefined when there is none, or its process is gone. */
  read(): T | undefined {
    try {
      const running = JSON.parse(readFileSync(this.file, 'utf8')) as T;
      return isAlive(running.pid) ? running : undefined;
    } catch {
      return undefined;
    }
  }

  /** For this user alone; at once, since whoever read half of it would take it for none. */
  write(running: T): void {
    makeFolders(dirname(this.file), 0o700);
    const written = `${this.file}.${process.pid}`;
    writeFileSync(written, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
    renameSync(written, this.file);
  }

  forget(): void {
    rmSync(this.file, { force: true });
  }
}
