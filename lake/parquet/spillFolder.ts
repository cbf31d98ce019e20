/**
 * Where an engine keeps what does not fit into its memory: a folder of its own, whose name nobody can guess or take in
 * advance, and into which nobody else can look.
 */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../store/makeFolders';

export const SPILL_PREFIX = 'spymaster-spill-';
/** What is older and belongs to no living process was left by one that was killed. */
const LEFT_AFTER_MS = 24 * 3_600_000;

/** What removes those of this thread's engines when it ends. */
const removals = new Map<string, () => void>();

/**
 * Makes the folder; it is removed when the thread ends, if not before. Those that killed processes have left are removed
 * after a day.
 * @param parent the system's folder for temporary files, unless another is chosen
 */
export function makeSpillFolder(parent = tmpdir()): string {
  makeFolders(parent, 0o700);
  removeLeft(parent);
  const folder = mkdtempSync(join(parent, `${SPILL_PREFIX}${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  removals.set(folder, remove);
  return folder;
}

/** Removes the folder of an engine that has ended. */
export function removeSpillFolder(folder: string): void {
  const remove = removals.get(folder);
  if (!remove) return;
  remove();
  process.off('exit', remove);
  removals.delete(folder);
}

function removeLeft(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(SPILL_PREFIX) ? Number.parseInt(name.slice(SPILL_PREFIX.length), 10) : NaN;
    if (!(pid > 0) || isAlive(pid)) continue;
    const path = join(parent, name);
    try {
      const info = lstatSync(path);
      const ours = info.isDirectory() && info.uid === (process.getuid?.() ?? info.uid);
      if (ours && info.mtimeMs < Date.now() - LEFT_AFTER_MS) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another process was faster, or it is not ours to remove.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
