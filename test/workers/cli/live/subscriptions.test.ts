import type { LiveEvent } from '../../../../workers/databento';
import type { Log } from '../../../../workers/observing/log';
import { connectionTeller } from '../../../../workers/cli/live/subscriptions';

test('symbols that a gateway does not know are told together and once, whatever else it says each time', () => {
  const said: string[] = [];
  const say = (...args: unknown[]) => void said.push(String(args.at(-1)));
  const tell = connectionTeller({ info: say, warn: say } as unknown as Log);
  const error = (err: string) => tell({ kind: 'error', record: { err } } as LiveEvent);
  const unresolved = (...symbols: string[]) => {
    for (const symbol of symbols) error(`Failed to resolve symbol: ${symbol}`);
  };
  const acknowledged = () => tell({ kind: 'system', record: { msg: 'succeeded' } } as LiveEvent);
  acknowledged();
  unresolved('E1A.OPT');
  tell({ kind: 'mapping', record: {} } as LiveEvent);
  unresolved('E3A.OPT', 'E1A.OPT');
  acknowledged();
  unresolved('E1A.OPT', 'E3A.OPT');
  acknowledged();
  error('Slow client detected');
  tell({ kind: 'connected', sessionId: '2', attempt: 1 });
  unresolved('E3A.OPT', 'E4A.OPT');
  error('Slow client detected');
  expect(said).toEqual([
    'The gateway has nothing under E1A.OPT, E3A.OPT: it does not come.',
    'The gateway says: Slow client detected',
    'Connected, session 2.',
    'The gateway has nothing under E4A.OPT: it does not come.',
    'The gateway says: Slow client detected',
  ]);
});
