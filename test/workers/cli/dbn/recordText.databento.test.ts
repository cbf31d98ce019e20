/** Lines of records beside those of Databento's own encoder, for random records of every schema. */
import fc from 'fast-check';
import { encodeMetadata, encodeRecord, fileMetadata, SCHEMAS, type Schema } from '../../../../graph/dbn';
import { typeOfSchema } from '../../../../graph/dbn/columns';
import { layoutOf } from '../../../../graph/dbn/records';
import { describeWithDatabento, transcode } from '../../../support/databento';
import { temporaryFiles } from '../../../support/dbnFiles';
import { anyRecord } from '../../../support/dbnRecords';
import { spymasterHere } from '../../../support/spymaster';

const file = temporaryFiles();

/** Some records of a schema: random bits, but letters that exist and a symbol on some days. */
function randomFile(schema: Schema): string {
  const type = typeOfSchema(schema);
  const { fields } = layoutOf(type, 3);
  const day = 1_703_462_400_000_000_000n;
  const sample = fc.sample(anyRecord(type, 3), { numRuns: 12, seed: 7 });
  const records = sample.map((record, k) => {
    const values = record as unknown as Record<string, unknown>;
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith('ts') && typeof value === 'bigint')
        values[name] = day + (value % 172_800_000_000_000n);
      if (typeof value !== 'string' || name === 'type') continue;
      // Of letters that no feed has, Databento's JSON is none.
      if (fields[name].type === 'char') values[name] = /[A-Za-z0-9]/.test(value) ? value : '\0';
      else values[name] = value.replace(/[^ -~]/g, '"');
    }
    delete values.tsOut;
    values.instrumentId = 17077 + (k % 2);
    if (k === 3 && 'price' in values) values.price = 2n ** 63n - 1n;
    // What a definition names itself is known to us alone: it is to be what the file's head says.
    if (type === 'definition') values.rawSymbol = k % 2 ? '' : 'ESH4';
    return record;
  });
  const metadata = fileMetadata({
    dataset: 'GLBX.MDP3',
    schema,
    start: day,
    end: null,
    symbols: ['ESH4'],
    mappings: [
      { rawSymbol: 'ESH4', intervals: [{ startDate: '2023-12-25', endDate: '2023-12-27', symbol: '17077' }] },
    ],
  });
  const bytes = Buffer.concat([
    encodeMetadata(metadata),
    ...records.map((record) => encodeRecord(record, 3)),
  ]);
  return file(`${schema}.dbn`, new Uint8Array(bytes));
}

describeWithDatabento('beside Databento', () => {
  const requests = SCHEMAS.flatMap((schema) => {
    const path = randomFile(schema);
    return (['csv', 'json'] as const).flatMap((encoding) =>
      [false, true].map((pretty) => ({ file: path, encoding, pretty, schema })),
    );
  });
  const expected = new Map<object, string>();
  beforeAll(() => transcode(requests).forEach((text, k) => expected.set(requests[k], text)));

  test.each(requests)('$schema as $encoding, pretty: $pretty', async (request) => {
    const { file: path, encoding, pretty } = request;
    const format = encoding === 'csv' ? 'csv' : 'jsonl';
    const { stdout, code } = await spymasterHere(
      'dbn',
      path,
      '--format',
      format,
      ...(pretty ? ['--pretty'] : []),
    );
    expect(code).toBe(0);
    const theirs = expected.get(request)!;
    if (encoding === 'csv') expect(stdout).toBe(theirs);
    else {
      const documents = (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.stringify(JSON.parse(line)));
      // As texts, which keep the order of fields.
      expect(documents(stdout)).toEqual(documents(theirs));
    }
  });
});
