import type { LiveEvent } from '../../../../workers/databento';
import type { Log } from '../../../../workers/observing/log';
import { connectionTeller } from '../../../../workers/cli/live/subscriptions';

test('symbols that a gateway does not know are told once, whatever else it says each time', () => {
  const said: string[] = [];
  const say = (...args: unknown[]) => void said.push(String(args.at(-1)));
  const tell = connectionTeller({ info: say, warn: say } as unknown as Log);
  const error = (err: string) => tell({ kind: 'error', record: { err } } as LiveEvent);
  for (const err of ['E1A.OPT', 'E3A.OPT', 'E1A.OPT']) error(`Failed to resolve symbol: ${err}`);
  error('Slow client detected');
  tell({ kind: 'connected', sessionId: '2', attempt: 1 });
  error('Failed to resolve symbol: E3A.OPT');
  error('Slow client detected');
  expect(said).toEqual([
    'The gateway says: Failed to resolve symbol: E1A.OPT',
    'The gateway says: Failed to resolve symbol: E3A.OPT',
    'The gateway says: Slow client detected',
    'Connected, session 2.',
    'The gateway says: Slow client detected',
  ]);
});
