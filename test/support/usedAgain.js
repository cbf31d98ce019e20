// @ts-check
// Which of jest's processes run a further test file: starting one costs more than most tests. Those that have run nothing but tests of
// `graph/`, which leaves nothing behind that goes on. Not even these where they have loaded native code, such as DuckDB, whose memory stays
// with the process, or reserved much address space, lest they cannot start another. Jest asks how much of its heap a process uses, and ends
// one that says too much.
const fs = require('node:fs');
const path = require('node:path');

const GRAPH = path.join(__dirname, '..', 'graph') + path.sep;
/** Native code of jest's own. */
const OF_JEST = /node_modules\/(@swc|@unrs)\//;
/** Beyond what the process had to begin with; WebAssembly reserves 10 GB. */
const MOST_RESERVED_BYTES = 2 ** 31;

/** Bytes of address space; NaN where the system does not tell. */
function reserved() {
  try {
    const kilobytes = /^VmSize:\s+(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];
    return Number(kilobytes) * 1024;
  } catch {
    return NaN;
  }
}

const before = reserved();
let ofGraph = true;

/**
 * To be told of every test file that the process runs.
 * @param {string} file
 */
function ran(file) {
  ofGraph &&= file.startsWith(GRAPH);
}

function canBeUsedAgain() {
  if (!ofGraph || !(reserved() - before < MOST_RESERVED_BYTES)) return false;
  const files = fs.readFileSync('/proc/self/maps', 'utf8').split('\n');
  return !files.some((file) => file.endsWith('.node') && !OF_JEST.test(file));
}

/** What the process really uses: for tests. */
const { memoryUsage } = process;
process.memoryUsage = Object.assign(
  () => (canBeUsedAgain() ? memoryUsage() : { ...memoryUsage(), heapUsed: Number.MAX_SAFE_INTEGER }),
  { rss: memoryUsage.rss },
);

module.exports = { memoryUsage, ran };
