/** The end of a command's process, whatever is still open in it. */

/** What a command has begun to close may take so long. */
const LINGERS_MS = 2000;

/**
 * Lets a process whose command is over end by itself, and ends it where something holds it: a library may leave a connection or a timer
 * open, as Azure's SDK does when a link is lost while it is closed. All that was printed is written first.
 */
export function leave(): void {
  // It holds nothing itself: where nothing else does, the process is gone before.
  setTimeout(
    () => process.stdout.write('', () => process.stderr.write('', () => process.exit())),
    LINGERS_MS,
  ).unref();
}
