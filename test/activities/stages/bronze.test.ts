/** Bronze of raw files that are not whole. */
import { runStage } from '../../../activities/stages/stages';
import { TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { featureSettings } from '../../../graph/settings';
import { Lake } from '../../../lake/lake';
import { someMbo, streamOf, temporaryFiles } from '../../support/dbnFiles';
import { temporaryFolder } from '../../support/lake';

const write = temporaryFiles();
const context = { progress: () => undefined, signal: new AbortController().signal };

it('reads a capture that was cut off as far as its last whole record, where that was accepted', async () => {
  const lake = temporaryFolder();
  const opened = await Lake.open(lake, TABLES);
  const path = write('cut.dbn', streamOf(someMbo(100)).subarray(0, -20));
  await opened.raw.import(path, { acceptTruncated: true });
  const request = {
    layer: 'bronze' as const,
    scope: contractDate('ESH4', '2023-12-26'),
    fence: 1,
    run: { workflowId: 'test', runId: 'run' },
  };
  const { status } = await runStage(request, context, { lake, features: featureSettings.parse({}) });
  expect(status).toBe('published');
  const rows = await opened
    .table(bronzeMbo)
    .readRows({ partition: { contract: 'ESH4', trade_date: '2023-12-26' } });
  expect(rows.length).toBe(99);
});
