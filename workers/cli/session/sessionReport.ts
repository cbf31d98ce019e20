/** What is printed about a market session: how it is, and how it ended. Times are New York's. */
import type { ToldResult } from '../../../activities/session/followed';
import { easternClock, easternText } from '../../../graph/market/easternTime';
import type { SessionResult } from '../../../workflows/marketSession';
import type { SessionProgress } from '../../../workflows/messages';
import { positionText, recordsText } from '../../../workflows/sessionDetails';
import { EXIT, note, print, printJson, printTable } from '../terminal/output';

/** One line for a terminal. */
export function sessionLine({ phase, contract, tradeDate, position }: SessionProgress): string {
  const what = [contract, tradeDate].filter((part) => part !== null).join(' ');
  const parts = [`${phase} ${what}`.trim()];
  if (position && phase !== 'paused') {
    const { market, feed, results, behind, lagMs, unwritten } = position;
    if (position.phase !== 'following') parts.push(position.phase);
    if (market !== null) parts.push(easternText(BigInt(market)));
    parts.push(`${feed.records.toLocaleString('en-US')} records`, `${results} answers`);
    if (behind > 0) parts.push(`${behind} events wait`);
    else if (lagMs !== null) parts.push(`${lagMs} ms from the feed`);
    if (unwritten) parts.push(`not written yet: ${unwritten}`);
  }
  return parts.join(' | ');
}

/** `2024-03-06 09:39:03  touch PM_HIGH DOWN 5055.25        base rate 33/33/33` */
export const answerLine = ({ what, at, says }: ToldResult): string =>
  `${easternClock(BigInt(at))}  ${what.padEnd(32)}  ${says}`;

export function printSessionNow(progress: SessionProgress): void {
  const { ends, position } = progress;
  print(`${sessionLine(progress)}\n`);
  if (ends !== null) print(`ends: ${easternText(BigInt(Date.parse(ends)) * 1_000_000n)}\n`);
  if (!position) return;
  print(`position: ${positionText(position)}\n`);
  print(`records: ${recordsText(position.feed)}\n`);
  print(`followed by: ${position.worker}, attempt ${position.attempt}\n`);
  for (const one of position.latest) print(`${answerLine(one)}\n`);
}

/** Prints the result, and sets the exit code: 3 unless built and streamed rows are the same, or it was stopped. */
export function reportSession(workflowId: string, result: SessionResult, json?: boolean): void {
  const { outcome, tradeDate, contract, reason, position, comparisons } = result;
  process.exitCode = DONE.has(outcome) ? EXIT.ok : EXIT.partial;
  if (json) return printJson({ workflowId, ...result });
  const what = [contract, tradeDate].filter((part) => part !== undefined).join(' ');
  if (position)
    print(`${what}: ${recordsText(position.feed)}, ${position.results} answers to touches and approaches\n`);
  if (comparisons && comparisons.length > 0)
    printTable(
      ['table', 'rows compared', 'differ', 'first difference'],
      comparisons.map(({ dataset, rows, differences, first }) => [
        dataset,
        rows,
        differences,
        first ? `${first.row} ${first.column ?? ''}: built ${first.expected}, streamed ${first.found}` : '',
      ]),
    );
  const said = SAYS[outcome];
  print(
    `${what}: ${said}\n`,
    outcome === 'agrees' ? 'good' : outcome === 'differs' || outcome === 'blocked' ? 'bad' : undefined,
  );
  if (reason !== undefined && outcome !== 'agrees') note(reason);
  if (outcome === 'differs') note(`\`./spymaster quality ${tradeDate}\` shows it with the other checks.`);
  if (outcome === 'stopped') note('The same command goes on from there.');
}

const DONE: ReadonlySet<SessionResult['outcome']> = new Set(['agrees', 'stopped', 'elsewhere']);

const SAYS: Readonly<Record<SessionResult['outcome'], string>> = {
  agrees: 'built, and every row is as it was streamed',
  differs: 'built, and not every row is as it was streamed',
  stopped: 'stopped where it was; nothing is built',
  skipped: 'nothing to follow',
  no_data: 'nothing of it came',
  blocked: 'not built: a check blocks it',
  elsewhere: 'followed by another workflow',
};
