/** How a market session is, in words, for the Temporal UI. Times are New York's. */
import type { SessionPosition } from '../activities/session/followed';
import { easternText } from '../graph/market/easternTime';
import type { SessionProgress } from './messages';

export function describeSession(
  { phase, tradeDate, contract, ends, workflowId, position }: SessionProgress,
  news?: string,
): string {
  const head = [`**${phase}**`, contract, tradeDate].filter((part) => part !== null).join(' ');
  const until = ends === null ? 'until it is drained or stopped' : `until ${timeText(ends)}`;
  const lines = [phase === 'ended' || workflowId !== null ? head : `${head}, ${until}`];
  if (workflowId !== null) lines.push(`its workflow is \`${workflowId}\``);
  if (news !== undefined) lines.push(news);
  if (position) lines.push(tableOf(position), ...latestOf(position));
  return lines.join('\n\n');
}

function tableOf(position: SessionPosition): string {
  const { worker, attempt, phase, feed, market, at } = position;
  const rows = [
    ['position', positionText(position)],
    ['lag', lagText(position)],
    ['market time', market === null ? 'nothing has come yet' : easternText(BigInt(market))],
    ['records', recordsText(feed)],
    ['answers', `${position.results}, to touches and approaches`],
    ['followed by', `${worker}, attempt ${attempt}: ${phase}`],
    ['told', timeText(at)],
  ];
  if (position.poisoned > 0) rows.push(['left out', `${position.poisoned} events that are no packets`]);
  // A position that was kept by an earlier build says nothing of it.
  if (position.unwritten) rows.push(['not written yet', position.unwritten.replaceAll('|', '/')]);
  if (position.takenOver) rows.push(['rows', 'none are written: a build has taken the date over']);
  return ['| | |', '| --- | --- |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

/** `event 1200 of partition 3, 14 more wait` */
export const positionText = ({ partition, position, behind }: SessionPosition): string =>
  partition === null
    ? 'not looked up yet'
    : `${position < 0 ? 'before the first event' : `event ${position}`} of partition ${partition}, ${behind === 0 ? 'none waits' : `${behind} more wait`}`;

const lagText = ({ lagMs }: SessionPosition): string =>
  lagMs === null ? 'none yet' : `the latest packet took ${lagMs} ms from the feed to the worker`;

export function recordsText({
  packets,
  records,
  duplicates,
  repeated,
  missing,
}: SessionPosition['feed']): string {
  return [
    `${records} in ${packets} packets`,
    duplicates > 0 ? `${duplicates} packets came twice` : '',
    repeated > 0 ? `${repeated} records were sent again by another run of the feed` : '',
    missing > 0 ? `${missing} packets are missing` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

const latestOf = ({ latest }: SessionPosition): string[] =>
  latest.map(({ what, at, says }) => `- ${easternText(BigInt(at))}  ${what}: ${says}`);

const timeText = (iso: string): string => easternText(BigInt(Date.parse(iso)) * 1_000_000n);
