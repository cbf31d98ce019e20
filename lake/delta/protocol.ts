/**
 * What a table asks of those who read it and of those who write it: the protocol's versions and features. This lake reads
 * what needs no feature to be read, and writes tables of writer version 2, whose two features it obeys: append-only
 * tables, and columns with invariants, which it leaves to others.
 */
import { SpymasterError } from '../../graph/errors';
import type { Metadata, Protocol } from './actions';
import type { DeltaField } from './schema';

const SUPPORTED = { reader: 1, writer: 2 } as const;
/** The versions from which on a protocol lists its features one by one. */
const LISTED = { reader: 3, writer: 7 } as const;
/** The features of writer version 2, listed. */
const WRITER_FEATURES = ['appendOnly', 'invariants'];

/** The protocol of a new table. */
export const PROTOCOL: Protocol = {
  minReaderVersion: SUPPORTED.reader,
  minWriterVersion: SUPPORTED.writer,
};

/** A table as far as its rules are concerned. */
export interface TableRules {
  readonly table: string;
  readonly protocol: Protocol | undefined;
  readonly metadata: Metadata | undefined;
  readonly fields: readonly DeltaField[];
}

/** @throws SpymasterError CorruptTable if reading the table needs features this lake does not have */
export function requireReadable(table: string, protocol: Protocol, { configuration }: Metadata): void {
  const { minReaderVersion: version, readerFeatures = [] } = protocol;
  if (version <= SUPPORTED.reader) return;
  const mapped = (configuration?.['delta.columnMapping.mode'] ?? 'none') !== 'none';
  const lacking =
    version === LISTED.reader
      ? readerFeatures.filter((feature) => feature !== 'columnMapping' || mapped)
      : version < LISTED.reader
        ? ['columnMapping'].filter(() => mapped)
        : [`reader version ${version}`];
  if (lacking.length === 0) return;
  throw new SpymasterError(
    'CorruptTable',
    `${table} cannot be read here: another engine has switched on ${lacking.join(', ')}`,
    {
      field: 'protocol',
      expected: `reader version ${SUPPORTED.reader}, or no feature that readers have to know`,
      found: `reader version ${version}`,
    },
  );
}

/** @throws SpymasterError ContractViolation if writing to the table needs features this lake does not have */
export function requireWritable({ table, protocol, fields }: TableRules): void {
  if (!protocol) return;
  const { minReaderVersion, minWriterVersion: version, writerFeatures = [] } = protocol;
  const lacking =
    version <= SUPPORTED.writer
      ? []
      : version === LISTED.writer
        ? writerFeatures.filter((feature) => !WRITER_FEATURES.includes(feature))
        : [`writer version ${version}`];
  if (minReaderVersion > SUPPORTED.reader && minReaderVersion !== LISTED.reader)
    lacking.push(`reader version ${minReaderVersion}`);
  const invariant = fields.find(({ metadata }) => metadata?.['delta.invariants'] !== undefined);
  if (invariant) lacking.push(`an invariant of column ${invariant.name}`);
  if (lacking.length === 0) return;
  throw new SpymasterError(
    'ContractViolation',
    `${table} can be read, but not written to: another engine has switched on ${lacking.join(', ')}`,
    {
      field: 'protocol',
      expected: `writer version ${SUPPORTED.writer}, or no features but ${WRITER_FEATURES.join(' and ')}`,
      found: `writer version ${version}`,
    },
  );
}

/** @throws SpymasterError ContractViolation if rows of the table may not be removed */
export function requireRemovable({ table, metadata }: TableRules): void {
  if (metadata?.configuration?.['delta.appendOnly']?.toLowerCase() !== 'true') return;
  throw new SpymasterError(
    'ContractViolation',
    `${table} is append-only: rows that are there may not be replaced`,
    {
      field: 'delta.appendOnly',
      expected: 'a write that only adds rows, or the property switched off by its owner',
    },
  );
}
