/**
 * Where an engine keeps what does not fit into its memory: a folder of its own, whose name nobody can guess or take in
 * advance, and into which nobody else can look.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../store/makeFolders';

export const SPILL_PREFIX = 'spymaster-spill-';
/**
 * Whose processes the numbers in names count. A folder may be shared with containers, whose processes cannot be seen: what those have left
 * is known by its age alone.
 */
const PROCESSES = processesSeen();
const LEFT_AFTER_MS = 24 * 3_600_000;
const NAME = new RegExp(`^${SPILL_PREFIX}(\\d+)-(?:(\\w+)-)?\\w+$`);

/** What removes those of this thread's engines when it ends. */
const removals = new Map<string, () => void>();

/**
 * Makes the folder; it is removed when the thread ends, if not before. Those that killed processes have left are removed
 * first.
 * @param parent the system's folder for temporary files, unless another is chosen
 */
export function makeSpillFolder(parent = tmpdir()): string {
  makeFolders(parent, 0o700);
  removeLeft(parent);
  const folder = mkdtempSync(join(parent, `${SPILL_PREFIX}${process.pid}-${PROCESSES}-`));
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
    const [, pid, processes] = NAME.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    try {
      const info = lstatSync(path);
      const ours = info.isDirectory() && info.uid === (process.getuid?.() ?? info.uid);
      const left = processes === PROCESSES || info.mtimeMs < Date.now() - LEFT_AFTER_MS;
      if (ours && left) rmSync(path, { recursive: true, force: true });
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

/** Linux numbers the sets of processes that see each other; elsewhere there is one. */
function processesSeen(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))![0];
  } catch {
    return 'all';
  }
}
