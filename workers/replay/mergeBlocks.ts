/** Several series of blocks as one in order of time. */
import type { RecordBlock } from '../databento/gateway/source';

export interface BlockSeries {
  /** Time of its first record, ns UTC: before, it is not opened. */
  readonly begins: bigint;
  open(signal: AbortSignal): AsyncIterable<RecordBlock>;
}

/** Records gathered into a block before it is handed out, where series alternate. */
const ROWS = 4096;

interface Head {
  blocks: AsyncIterator<RecordBlock>;
  block: RecordBlock;
  row: number;
}

interface Part {
  block: RecordBlock;
  from: number;
  to: number;
}

/** Records of the same time come in the order of their series. */
export async function* mergeBlocks(
  series: readonly BlockSeries[],
  signal: AbortSignal,
): AsyncGenerator<RecordBlock> {
  const waiting = [...series].sort((a, b) => (a.begins < b.begins ? -1 : a.begins > b.begins ? 1 : 0));
  const heads: Head[] = [];
  let parts: Part[] = [];
  let rows = 0;
  try {
    for (;;) {
      let [next] = heads;
      for (const head of heads) if (timeOf(head) < timeOf(next)) next = head;
      if (waiting.length > 0 && (next === undefined || waiting[0].begins <= timeOf(next))) {
        const blocks = waiting.shift()!.open(signal)[Symbol.asyncIterator]();
        const first = await blocks.next();
        if (!first.done) heads.push({ blocks, block: first.value, row: 0 });
        continue;
      }
      if (next === undefined) break;
      const to = untilOthers(next, heads, waiting[0]?.begins);
      parts.push({ block: next.block, from: next.row, to });
      rows += to - next.row;
      next.row = to;
      if (rows >= ROWS) {
        yield joined(parts);
        parts = [];
        rows = 0;
      }
      if (next.row === next.block.count) {
        const more = await next.blocks.next();
        if (more.done) heads.splice(heads.indexOf(next), 1);
        else {
          next.block = more.value;
          next.row = 0;
        }
      }
    }
    if (rows > 0) yield joined(parts);
  } finally {
    for (const { blocks } of heads) await blocks.return?.();
  }
}

const timeOf = ({ block, row }: Head): bigint => block.times[row];

/** How far a series may go on before another one's turn. */
function untilOthers(head: Head, heads: readonly Head[], unopened: bigint | undefined): number {
  let limit = unopened;
  for (const other of heads)
    if (other !== head && (limit === undefined || timeOf(other) < limit)) limit = timeOf(other);
  const { times, count } = head.block;
  if (limit === undefined || times[count - 1] < limit) return count;
  let to = head.row + 1;
  while (to < count && times[to] < limit) to++;
  return to;
}

function joined(parts: readonly Part[]): RecordBlock {
  const [first] = parts;
  if (parts.length === 1 && first.from === 0 && first.to === first.block.count) return first.block;
  const count = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const size = parts.reduce((sum, { block, from, to }) => sum + block.offsets[to] - block.offsets[from], 0);
  const bytes = new Uint8Array(size);
  const offsets = new Uint32Array(count + 1);
  const times = new BigUint64Array(count);
  let at = 0;
  let row = 0;
  for (const { block, from, to } of parts) {
    const start = block.offsets[from];
    bytes.set(block.bytes.subarray(start, block.offsets[to]), at);
    for (let k = from; k < to; k++, row++) {
      offsets[row] = at + block.offsets[k] - start;
      times[row] = block.times[k];
    }
    at += block.offsets[to] - start;
  }
  offsets[count] = at;
  return { bytes, count, offsets, times };
}
