import fs = require('node:fs');
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import rhea = require('rhea');
import { AmqpRefusal } from '../../../../infra/eventhubs/amqpError';
import { Partition, type LogOptions } from '../../../../infra/eventhubs/log/partition';
import { after, type Located } from '../../../../infra/eventhubs/log/segment';
import type { StartPosition } from '../../../../infra/eventhubs/startPosition';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partition-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const OPTIONS: LogOptions = {
  fsync: 'each-batch',
  retentionMs: 1e9,
  retentionBytes: 1 << 30,
  segmentBytes: 2000,
};
let now = 1_700_000_000_000;
const open = (options: Partial<LogOptions> = {}, id = '0') =>
  Partition.open(id, join(folder, id), { ...OPTIONS, ...options }, () => now);
const event = (text: string, message_annotations?: Record<string, unknown>) =>
  rhea.message.encode({
    body: rhea.message.data_section(Buffer.from(text)),
    message_annotations,
  } as unknown as rhea.Message);
const textOf = ({ entry }: Located) => {
  const { body } = rhea.message.decode(entry.message) as unknown as { body: { content: Buffer } };
  return body.content.toString();
};

/** All events from a position, read in pieces of some size. */
function readAll(
  partition: Partition,
  position: StartPosition = { by: 'sequenceNumber', value: -1, inclusive: false },
  limit = 300,
) {
  const events: Located[] = [];
  let cursor = partition.cursorAt(position);
  for (let found = partition.read(cursor, limit); found.length > 0; found = partition.read(cursor, limit)) {
    events.push(...found);
    cursor = after(found[found.length - 1]);
  }
  return events;
}
const segments = (id = '0') => readdirSync(join(folder, id)).sort();

test('what was appended is read, over segments and after opening anew, from every position as a plain list has it', () => {
  const batch = fc.record({
    texts: fc.array(fc.string({ maxLength: 400 }), { minLength: 1, maxLength: 6 }),
    pause: fc.integer({ min: 0, max: 3 }),
    reopen: fc.boolean(),
  });
  let id = 0;
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 15 }), fc.integer({ min: 60, max: 3000 }), (batches, limit) => {
      id += 1;
      let partition = open({}, String(id));
      const twin: { text: string; time: number }[] = [];
      for (const { texts, pause, reopen } of batches) {
        now += pause;
        partition.append(
          texts.map((text) => event(text)),
          'key',
        );
        twin.push(...texts.map((text) => ({ text, time: now })));
        if (reopen) {
          partition.close();
          partition = open({}, String(id));
        }
      }
      const all = readAll(partition, undefined, limit);
      expect(all.map(textOf)).toEqual(twin.map(({ text }) => text));
      expect(all.map(({ sequenceNumber }) => sequenceNumber)).toEqual(twin.map((_, i) => i));
      expect(all.map(({ entry }) => entry.enqueuedTime)).toEqual(twin.map(({ time }) => time));
      for (const [i, { sequenceNumber, offset, entry }] of all.entries()) {
        const from = (position: StartPosition) =>
          readAll(partition, position, limit).map((found) => found.sequenceNumber)[0] ?? all.length;
        for (const inclusive of [true, false]) {
          const first = inclusive ? i : i + 1;
          expect(from({ by: 'sequenceNumber', value: sequenceNumber, inclusive })).toBe(first);
          expect(from({ by: 'offset', value: offset, inclusive })).toBe(first);
        }
        const later = twin.findIndex(({ time }) => time > entry.enqueuedTime);
        expect(from({ by: 'enqueuedTime', after: entry.enqueuedTime })).toBe(
          later === -1 ? all.length : later,
        );
      }
      expect(readAll(partition, { by: 'latest' })).toEqual([]);
      partition.close();
    }),
    { numRuns: 25 },
  );
});

test('an event larger than one reading is read whole', () => {
  const partition = open();
  partition.append([event('a'), event('x'.repeat(5000)), event('b')]);
  expect(readAll(partition, undefined, 100).map((one) => textOf(one).length)).toEqual([1, 5000, 1]);
  partition.close();
});

test('an event cut short by a crash is cut off, and its number is given again', () => {
  let partition = open();
  partition.append([event('one'), event('two')]);
  partition.close();
  const file = join(folder, '0', segments()[0]);
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 3));
  appendFileSync(file, '');
  partition = open();
  expect(readAll(partition).map(textOf)).toEqual(['one']);
  partition.append([event('again')]);
  expect(
    readAll(partition).map(({ sequenceNumber, ...one }) => [
      sequenceNumber,
      textOf({ sequenceNumber, ...one }),
    ]),
  ).toEqual([
    [0, 'one'],
    [1, 'again'],
  ]);
  partition.close();
});

describe('on a disk that is full', () => {
  const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  afterEach(() => jest.restoreAllMocks());

  /** Has the next write bring only its first bytes to the disk, which the system tells by their count; without any it fails. */
  function fillUp(bytes: number): void {
    const { writeSync } = fs;
    jest.spyOn(fs, 'writevSync').mockImplementationOnce((descriptor, parts, position) => {
      const whole = Buffer.concat(parts as Buffer[]);
      if (bytes === 0) throw full();
      return writeSync(descriptor, whole, 0, Math.min(bytes, whole.length), position);
    });
  }
  const busy = expect.objectContaining({
    condition: 'com.microsoft:server-busy',
    message: expect.stringMatching(
      /0 cannot be written: (ENOSPC|only \d+ of).*make room on its disk/,
    ) as string,
  }) as Error;

  test('a batch is refused whole, and taken when there is room', () => {
    let partition = open();
    partition.append([event('kept')]);
    for (const bytes of [0, 20, 100]) {
      fillUp(bytes);
      expect(() => partition.append([event('first'), event('second')])).toThrow(busy);
      expect(readAll(partition).map(textOf)).toEqual(['kept']);
    }
    partition.append([event('first'), event('second')]);
    partition.close();
    partition = open();
    expect(readAll(partition).map(textOf)).toEqual(['kept', 'first', 'second']);
    partition.close();
  });

  test('so it is when a segment would begin', () => {
    const partition = open();
    partition.append([event('x'.repeat(OPTIONS.segmentBytes))]);
    for (let tried = 0; tried < 3; tried += 1) {
      fillUp(10);
      expect(() => partition.append([event('next')])).toThrow(busy);
      expect(segments()).toHaveLength(1);
    }
    partition.append([event('next')]);
    expect(segments()).toHaveLength(2);
    expect(readAll(partition).map((one) => one.sequenceNumber)).toEqual([0, 1]);
    partition.close();
  });

  test('what the device does not keep is not there, and is there once when it is sent again', () => {
    const partition = open();
    jest.spyOn(fs, 'fdatasyncSync').mockImplementationOnce(() => {
      throw full();
    });
    expect(() => partition.append([event('one')])).toThrow(busy);
    partition.append([event('one')]);
    expect(readAll(partition).map(textOf)).toEqual(['one']);
    partition.close();
  });

  test('what is kept each second and cannot be lets nothing more in', () => {
    const partition = open({ fsync: 'each-second' });
    partition.append([event('one')]);
    const device = jest.spyOn(fs, 'fdatasyncSync').mockImplementation(() => {
      throw full();
    });
    partition.sync();
    expect(() => partition.append([event('two')])).toThrow(busy);
    device.mockRestore();
    partition.append([event('two')]);
    expect(readAll(partition).map(textOf)).toEqual(['one', 'two']);
    partition.close();
  });

  test('old events go, though no new segment can begin for those that come', () => {
    const partition = open({ retentionMs: 1000 });
    for (let i = 0; i < 40; i += 1) partition.append([event(`${i} ${'.'.repeat(150)}`)]);
    now += 2000;
    fillUp(10);
    partition.forgetOld();
    expect(segments()).toHaveLength(1);
    expect(readAll(partition).at(-1)?.sequenceNumber).toBe(39);
    partition.close();
  });
});

test('a segment whose beginning a crash has cut off is begun again, and those before it are there', () => {
  let partition = open();
  partition.append([event('x'.repeat(OPTIONS.segmentBytes))]);
  partition.append([event('next')]);
  partition.close();
  const [, newest] = segments();
  writeFileSync(join(folder, '0', newest), readFileSync(join(folder, '0', newest)).subarray(0, 10));
  partition = open();
  partition.append([event('again')]);
  expect(readAll(partition).map((one) => [one.sequenceNumber, textOf(one).slice(0, 5)])).toEqual([
    [0, 'xxxxx'],
    [1, 'again'],
  ]);
  partition.close();
});

test('bytes that changed under a reader are an error that names the file, not an event', () => {
  const partition = open();
  partition.append([event('one'), event('two')]);
  const file = join(folder, '0', segments()[0]);
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  writeFileSync(file, bytes);
  const [one] = partition.read(partition.cursorAt({ by: 'sequenceNumber', value: 0, inclusive: true }));
  expect(textOf(one)).toBe('one');
  expect(() => partition.read(after(one))).toThrow(expect.objectContaining({ code: 'CorruptState' }));
  partition.close();
});

test('what is older than the retention, or more than may be kept, goes; numbers and offsets go on', () => {
  const partition = open({ retentionMs: 1000, retentionBytes: 1 << 20 });
  for (let i = 0; i < 40; i += 1) partition.append([event(`${i} ${'.'.repeat(150)}`)]);
  expect(segments().length).toBeGreaterThan(3);
  const { offset } = readAll(partition).at(-1) as Located;
  now += 2000;
  partition.forgetOld();
  expect(partition).toMatchObject({
    isEmpty: true,
    firstSequenceNumber: 40,
    lastEnqueued: { sequenceNumber: 39 },
  });
  expect(segments()).toHaveLength(1);
  // A reader that stood in what is gone gets what comes next.
  partition.append([event('next')]);
  const [next] = partition.read({ sequenceNumber: 3, offset: 700 });
  expect([textOf(next), next.sequenceNumber]).toEqual(['next', 40]);
  expect(next.offset).toBeGreaterThan(offset);
  partition.close();

  const small = open({ retentionBytes: 5000 }, '1');
  for (let i = 0; i < 100; i += 1) small.append([event('.'.repeat(150))]);
  const kept = segments('1').reduce((sum, file) => sum + statSync(join(folder, '1', file)).size, 0);
  expect(kept).toBeLessThan(5000 + 2500);
  expect(small.firstSequenceNumber).toBeGreaterThan(50);
  small.close();
});

test('events that are old go, though somebody has removed their files, or keeps them from being removed for a while', () => {
  const partition = open({ retentionMs: 1000 });
  for (let i = 0; i < 40; i += 1) partition.append([event(`${i} ${'.'.repeat(150)}`)]);
  const [first] = segments();
  rmSync(join(folder, '0', first));
  now += 2000;
  const remove = jest.spyOn(fs, 'rmSync').mockImplementationOnce(() => {
    throw Object.assign(new Error('EACCES: permission denied, unlink'), { code: 'EACCES' });
  });
  partition.forgetOld();
  remove.mockRestore();
  partition.append([event('next')]);
  expect(readAll(partition).at(-1)?.sequenceNumber).toBe(40);
  partition.forgetOld();
  expect(readAll(partition).map((one) => [one.sequenceNumber, textOf(one)])).toEqual([[40, 'next']]);
  expect(segments()).toHaveLength(1);
  partition.close();
});

test('what is sent after the files were removed is kept in others', () => {
  let partition = open();
  partition.append([event('one')]);
  rmSync(join(folder, '0'), { recursive: true });
  partition.append([event('two')]);
  expect(readAll(partition).map(textOf)).toEqual(['one', 'two']);
  partition.close();
  partition = open();
  expect(readAll(partition).map((one) => [one.sequenceNumber, textOf(one)])).toEqual([[1, 'two']]);
  partition.close();
});

test('a partition whose events are all too old knows how far they went when it is opened anew', () => {
  let partition = open({ retentionMs: 1000 });
  partition.append([event('one'), event('two')]);
  now += 2000;
  partition.forgetOld();
  partition.close();
  partition = open({ retentionMs: 1000 });
  expect(partition).toMatchObject({ isEmpty: true, lastEnqueued: { sequenceNumber: 1 } });
  const behind = partition.cursorAt({ by: 'sequenceNumber', value: 1, inclusive: false });
  partition.append([event('three')]);
  expect(partition.read(behind).map((one) => [one.sequenceNumber, textOf(one)])).toEqual([[2, 'three']]);
  partition.close();
});

test('a position beyond the end is refused', () => {
  const partition = open();
  partition.append([event('one')]);
  const beyond = () => partition.cursorAt({ by: 'sequenceNumber', value: 1, inclusive: true });
  expect(beyond).toThrow(AmqpRefusal);
  partition.close();
});

describe('an idempotent producer', () => {
  const stamped = (sequence: number, epoch = 0) =>
    event(`e${sequence}`, {
      'com.microsoft:producer-id': rhea.types.wrap_long(7),
      'com.microsoft:producer-epoch': rhea.types.wrap_short(epoch),
      'com.microsoft:producer-sequence-number': rhea.types.wrap_int(sequence),
    });

  test('may send again what arrived, also to the partition opened anew; what is missing is noticed', () => {
    let partition = open();
    partition.producers.attach({ id: 7 });
    partition.append([stamped(1), stamped(2)]);
    partition.close();
    partition = open();
    partition.append([stamped(1), stamped(2)]);
    partition.append([stamped(2), stamped(3)]);
    expect(readAll(partition).map(textOf)).toEqual(['e1', 'e2', 'e3']);
    expect(() => partition.append([stamped(5)])).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:out-of-order-sequence' }),
    );
    expect(partition.producers.attach({ id: 7 })).toEqual({ id: 7, epoch: 0, sequence: 3 });
    partition.close();
  });

  test('is overtaken by one of a later epoch', () => {
    const partition = open();
    partition.append([stamped(1, 2)]);
    expect(() => partition.append([stamped(2, 1)])).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:producer-epoch-stolen' }),
    );
    expect(() => partition.producers.attach({ id: 7, epoch: 1 })).toThrow(AmqpRefusal);
    partition.close();
  });
});
