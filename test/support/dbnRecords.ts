/** Random DBN records of every type and version, for property tests. */
import fc from 'fast-check';
import type { DbnVersion } from '../../graph/dbn';
import { RECORDS, RecordView } from '../../graph/dbn';
import type { RecordType, StoredRecord } from '../../graph/dbn';
import { layoutOf } from '../../graph/dbn/records';

/** A record of the type with all its bits random, apart from texts, which DBN wants in ASCII and NUL-terminated. */
export function anyRecord(type: RecordType, version: DbnVersion): fc.Arbitrary<StoredRecord> {
  const layout = layoutOf(type, version);
  const bits = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
  return fc.record({ bytes: bits(layout.bytes + 8), tsOut: fc.boolean() }).map(({ bytes, tsOut }) => {
    const size = layout.bytes + (tsOut ? 8 : 0);
    bytes[0] = size / 4;
    bytes[1] = RECORDS[type].rtype;
    const view = new RecordView(version).set(type, bytes.slice(0, size), 0);
    const record = view.stored();
    const values = record as unknown as Record<string, unknown>;
    for (const [name, field] of Object.entries(layout.fields)) {
      const value = values[name];
      if (typeof value !== 'string' || field.bytes === 1) continue;
      // oxlint-disable-next-line no-control-regex -- everything ASCII but NUL is allowed
      values[name] = value.replace(/[^\x01-\x7f]/g, '').slice(0, field.bytes - 1);
    }
    return record;
  });
}

/** Deterministic pseudo-random numbers (mulberry32), for tests that need many fast ones. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}
