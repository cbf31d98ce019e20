// @ts-check
/**
 * A writer in a process of its own, for tests of what several of them do to one lake, and of what is left when one is
 * killed. Runs from the compiled tree.
 *
 *   lakeWriter.js FOLDER append ID COUNT    appends COUNT rows, a commit each, and one partition of its own
 *   lakeWriter.js FOLDER loop ID ROWS       replaces its partition for ever with ROWS equal numbers, one more each time
 */
const { join } = require('node:path');

const dist = join(__dirname, '..', '..', 'dist');
const { Lake } = require(join(dist, 'lake', 'lake.js'));

const numbers = {
  name: 'test.numbers',
  description: 'Numbers.',
  version: 1,
  columns: [
    { name: 'n', type: 'int64', unit: 'count', meaning: 'A number' },
    { name: 'contract', type: 'string', unit: '', meaning: 'Contract' },
  ],
  partitionBy: ['contract'],
  key: ['contract', 'n'],
};
const options = {
  operation: 'test',
  lineage: { inputs: [], codeVersion: '1', digest: 'd', runId: 'r', workflowId: 'w' },
};

/** @param {number[]} values */
const batch = (values) => ({
  contract: numbers,
  rowCount: values.length,
  columns: { n: BigInt64Array.from(values, (n) => BigInt(n)) },
});

async function main() {
  const [folder, mode, id, count] = process.argv.slice(2);
  const table = (await Lake.open(folder, [numbers])).table(numbers);
  if (mode === 'append') {
    for (let i = 0; i < Number(count); i++)
      await table.append({ contract: `shared-${i % 3}` }, [batch([Number(id) * 1000 + i])], options);
    await table.overwritePartition({ contract: `own-${id}` }, [batch([-Number(id)])], options);
    return;
  }
  const [row] = await table.readRows({ partition: { contract: `own-${id}` } });
  for (let n = row ? Number(row.n) + 1 : 1; ; n++) {
    await table.overwritePartition({ contract: `own-${id}` }, [batch(Array(Number(count)).fill(n))], options);
    process.stdout.write(`${n}\n`);
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
