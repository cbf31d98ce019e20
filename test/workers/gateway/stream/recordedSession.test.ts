/** What is on the tape of a session of the lake: what a screen that followed it live was told, whether its Silver is built or not. */
import { isDeepStrictEqual } from 'node:util';
import { openingBookOf } from '../../../../activities/stages/session';
import { previousDayOf } from '../../../../activities/stages/inputs';
import { DATASET_GRAPH, TABLES } from '../../../../graph/catalog/declaration';
import { bronzeMbo } from '../../../../graph/records/mboTable';
import type { InferenceResult } from '../../../../graph/scoring/inferenceResult';
import { subjectOf } from '../../../../graph/scoring/subject';
import { joinBars } from '../../../../graph/screen/sessionMessages';
import { Tape, type LogEntry } from '../../../../graph/screen/tape';
import { frameOf } from '../../../../graph/session/inputs';
import type { SessionEvent } from '../../../../graph/session/operators';
import { DEFAULT_SETTINGS, featureSettings, type FeatureSettings } from '../../../../graph/settings';
import { SessionGraph } from '../../../../graph/stream/sessionGraph';
import type { VectorEvent } from '../../../../graph/vectors/vectorBuilder';
import { Lake } from '../../../../lake/lake';
import type { Answers } from '../../../../workers/live/answers';
import { ComputedFindings } from '../../../../workers/gateway/stream/findings';
import { RecordedSession } from '../../../../workers/gateway/stream/recordedSession';
import { BUILT_DATE, builtLake } from '../../../support/builtLake';

const CONTRACT = 'ESH4';
const KEY = { contract: CONTRACT, trade_date: BUILT_DATE };
const computed = jest.spyOn(ComputedFindings, 'begin');

let lake: Lake;
beforeAll(async () => {
  lake = await Lake.open(await builtLake(), TABLES);
});

interface Told {
  readonly log: readonly LogEntry[];
  readonly vectors: readonly VectorEvent[];
}

/** Whatever it says. */
const answerTo = (event: VectorEvent): InferenceResult =>
  ({
    ...subjectOf(event, frameOf({ contract: CONTRACT, tradeDate: BUILT_DATE, settings: DEFAULT_SETTINGS })),
    precedents: { missing: 'none are asked' },
  }) as InferenceResult;

/** The session as it is opened. */
async function opened(features: FeatureSettings): Promise<Told> {
  const vectors: VectorEvent[] = [];
  const of = (event: VectorEvent) => {
    vectors.push(event);
    return Promise.resolve(answerTo(event));
  };
  const answers = { of } as unknown as Pick<Answers, 'of'>;
  const session = await RecordedSession.open({
    lake,
    features,
    contract: CONTRACT,
    tradeDate: BUILT_DATE,
    answers,
  });
  await session.whole;
  await session.close();
  return { log: session.tape.log, vectors };
}

/** The same records as they come live: every operator computes, and is asked whenever a quarter of a second has passed. */
async function followed(settings: FeatureSettings): Promise<Told> {
  const inputs = {
    contract: CONTRACT,
    tradeDate: BUILT_DATE,
    settings,
    openingBook: await openingBookOf(lake, KEY, new AbortController().signal),
    previousDay: await previousDayOf(lake, CONTRACT, BUILT_DATE),
  };
  const tape = new Tape(frameOf(inputs));
  const graph = new SessionGraph(inputs, DATASET_GRAPH.computations);
  const vectors: VectorEvent[] = [];
  const note = (events: readonly SessionEvent[]) => {
    tape.events(events);
    for (const event of events)
      if (event.kind === 'vector' || event.kind === 'approach_vector') {
        vectors.push(event);
        tape.answer(answerTo(event));
      }
  };
  await lake.table(bronzeMbo).readMbo(KEY, (batch) => {
    for (let from = 0; from < batch.length;) {
      let to = from + 1;
      while (to < batch.length && batch.tsRecv[to] - batch.tsRecv[from] < 250_000_000n) to++;
      tape.records(batch, from, to);
      graph.push({ kind: 'records', batch, from, to });
      note(graph.take());
      from = to;
    }
  });
  note(graph.end());
  return { log: tape.log, vectors };
}

/** Bars that became known at once are one message: of built ones, several where the table is read in several batches. */
function joined(log: readonly LogEntry[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const { at, message } of log) {
    const last = entries.at(-1);
    if (message.kind === 'bars' && last?.message.kind === 'bars' && last.at === at)
      entries[entries.length - 1] = { at, message: joinBars([last.message, message]) };
    else entries.push({ at, message });
  }
  return entries;
}

function expectSame(found: Told, expected: Told): void {
  for (const [one, other] of [
    [joined(found.log), joined(expected.log)],
    [found.vectors, expected.vectors],
  ]) {
    expect(one.length).toBe(other.length);
    const differing = one.findIndex((entry, k) => !isDeepStrictEqual(entry, other[k]));
    expect(one[differing]).toEqual(other[differing]);
  }
}

test('of a built session it is what was told of it live, each thing at the same time', async () => {
  const expected = await followed(DEFAULT_SETTINGS);
  expect(expected.vectors.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['vector', 'approach_vector']),
  );
  computed.mockClear();
  expectSame(await opened(DEFAULT_SETTINGS), expected);
  expect(computed).not.toHaveBeenCalled();
});

test('of a session that is built by other settings it is what these settings give', async () => {
  const settings = featureSettings.parse({ bars: { seconds: 60 } });
  computed.mockClear();
  expectSame(await opened(settings), await followed(settings));
  expect(computed).toHaveBeenCalledTimes(1);
});
