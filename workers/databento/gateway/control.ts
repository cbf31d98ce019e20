/** A gateway's controls while it runs, a line each: how time goes, and what it does wrong on demand. */
import { isoTime } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import type { LiveGateway } from './gateway';
import type { Speed } from './playback';

interface Control {
  usage: string;
  does: string;
  run(gateway: LiveGateway, argument: string): void;
}

const CONTROLS: readonly Control[] = [
  {
    usage: 'pause [TIME]',
    does: 'the market stands still, at once or when it is so late',
    run: ({ playback }, argument) =>
      argument === '' ? playback.pause() : playback.pauseAt(parseInstant(argument)),
  },
  {
    usage: 'resume',
    does: 'it goes on; sessions that were stalled too',
    run: (gateway) => {
      for (const { outlet } of gateway.streaming) outlet.faults.stalled = false;
      gateway.playback.resume();
    },
  },
  {
    usage: 'speed 1|10|max',
    does: 'how much faster than it was',
    run: ({ playback }, argument) => playback.setSpeed(speedOf(argument)),
  },
  {
    usage: 'seek TIME',
    does: 'jump to a time; sessions get the books of then',
    run: ({ playback }, argument) => playback.seek(parseInstant(argument)),
  },
  {
    usage: 'cut',
    does: 'end all sessions in the middle of a record',
    run: (gateway) => gateway.streaming.forEach(({ outlet }) => outlet.cut()),
  },
  {
    usage: 'end',
    does: 'end all sessions between two records',
    run: (gateway) => gateway.streaming.forEach(({ outlet }) => outlet.end()),
  },
  {
    usage: 'stall',
    does: 'send nothing, not even heartbeats, until resume',
    run: (gateway) => gateway.streaming.forEach(({ outlet }) => void (outlet.faults.stalled = true)),
  },
  {
    usage: 'duplicate [N]',
    does: 'send up to N of the next records twice',
    run({ streaming }, argument) {
      const n = countOf(argument);
      for (const { outlet } of streaming) outlet.faults.duplicateNext(n);
    },
  },
  {
    usage: 'skip [N]',
    does: 'leave the next N records out, and say so',
    run({ streaming }, argument) {
      const n = countOf(argument);
      for (const { outlet } of streaming) outlet.faults.skipNext(n);
    },
  },
  {
    usage: 'slow',
    does: 'warn all sessions that they read slowly',
    run: (gateway) => gateway.streaming.forEach(({ outlet }) => outlet.warnSlow()),
  },
  {
    usage: 'refuse [N]',
    does: 'refuse the key of the next N clients',
    run: (gateway, argument) => gateway.refuseNext(countOf(argument)),
  },
  { usage: 'status', does: 'what time it is, and who is there', run: () => {} },
];

/** What every control is called and does, a line each. */
export const CONTROL_HELP = CONTROLS.map(({ usage, does }) => `  ${usage.padEnd(16)}${does}`).join('\n');

/**
 * Does what a line says.
 * @returns how things are then, or what can be said
 * @throws SpymasterError BadArgument for anything else
 */
export function control(gateway: LiveGateway, line: string): string {
  const [name, ...rest] = line.trim().split(/\s+/);
  if (name === 'help') return CONTROL_HELP;
  const found = CONTROLS.find(({ usage }) => usage.split(' ')[0] === name);
  if (!found)
    throw new SpymasterError('BadArgument', `there is no control ${JSON.stringify(name)}`, {
      expected: CONTROLS.map(({ usage }) => usage.split(' ')[0]).join(', '),
    });
  const takesOne = found.usage.includes(' ');
  if (rest.length > (takesOne ? 1 : 0))
    throw new SpymasterError('BadArgument', `${found.usage} is how it is called`);
  found.run(gateway, rest[0] ?? '');
  return statusOf(gateway);
}

function statusOf({ playback, streaming }: LiveGateway): string {
  const { now, paused, ended, running, speed } = playback;
  const time = running || ended ? isoTime(now) : 'not begun';
  const pace = paused ? 'paused' : `speed ${speed === Infinity ? 'max' : speed}`;
  const sessions = streaming.map(
    ({ id, outlet, client }) => `session ${id} (${client}): ${outlet.sent} records`,
  );
  return [`${time}, ${ended ? 'ended' : pace}`, ...(sessions.length > 0 ? sessions : ['no session'])].join(
    '; ',
  );
}

/** `max`, or how much faster than the market. @throws SpymasterError BadArgument */
export function speedOf(text: string): Speed {
  const speed = text === 'max' ? Infinity : Number(text);
  if (!(speed > 0))
    throw new SpymasterError('BadArgument', `${JSON.stringify(text)} is no speed`, {
      field: 'speed',
      expected: '1, 10 or another positive number, or max',
    });
  return speed;
}

function countOf(text: string): number {
  const n = text === '' ? 1 : Number(text);
  if (!Number.isSafeInteger(n) || n < 1)
    throw new SpymasterError('BadArgument', `${JSON.stringify(text)} is no number of records or clients`);
  return n;
}
