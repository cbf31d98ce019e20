import { answerLatency } from '../../../activities/reports/answerLatency';
import { TABLES } from '../../../graph/catalog/declaration';
import type { Row } from '../../../graph/datasets/schema';
import { goldInferenceResults } from '../../../graph/scoring/inferenceResultsTable';
import { Lake } from '../../../lake/lake';
import { anyRow } from '../../support/anyRow';
import { commitOptions, temporaryFolder } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

const MS = 1_000_000n;
const BEGIN = 1_709_650_000_000n * MS;

/** @param tookMs undefined: the end of the session completed it */
const answered = (day: string, k: number, tookMs: number | undefined, of: Row = {}): Row => {
  const received = BEGIN + BigInt(k) * 1000n * MS;
  const at = received + BigInt(tookMs ?? 0) * MS;
  return {
    ...anyRow(goldInferenceResults, 1),
    trade_date: day,
    result_id: `${day} ${k}`,
    answered_at: at,
    model_version: 'ES logistic@3',
    model_missing: null,
    message: JSON.stringify({
      latency: {
        captured: '1',
        received: tookMs === undefined ? '0' : String(received),
        answered: String(at),
      },
    }),
    ...of,
  };
};

async function lakeOf(rows: readonly Row[]): Promise<Lake> {
  const lake = await Lake.open(temporaryFolder(), TABLES);
  for (const day of new Set(rows.map(({ trade_date: date }) => date as string))) {
    const builder = new TableBuilder(goldInferenceResults);
    for (const row of rows.filter(({ trade_date: date }) => date === day)) builder.push(row);
    const partition = { contract: 'ESH4', trade_date: day };
    await lake.table(goldInferenceResults).append(partition, [builder.build()], commitOptions());
  }
  return lake;
}

test('answers of the latest session tell how soon they come, and the last of them from what', async () => {
  const took = Array.from({ length: 101 }, (_, k) => k);
  const latency = await answerLatency(
    await lakeOf([
      answered('2024-03-04', 0, 9000),
      ...took.map((ms, k) => answered('2024-03-05', k, ms)),
      answered('2024-03-05', 500, undefined, { model_version: null, model_missing: 'the scorer is away' }),
    ]),
  );
  expect(latency).toEqual({
    latency: { n: 101, p50: 50, p90: 90, p99: 99 },
    latestAt: new Date(Number(BEGIN / MS) + 500_000).toISOString(),
    model: null,
    missing: 'the scorer is away',
  });
});

test('where nothing was answered there is nothing to tell', async () => {
  expect(await answerLatency(await lakeOf([]))).toEqual({
    latency: null,
    latestAt: null,
    model: null,
    missing: null,
  });
});
