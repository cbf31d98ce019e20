/** Instants as people write them. */
import { SpymasterError } from '../errors';
import { dayNumber } from './days';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What `isInstant` asks of a text, in words. */
export const INSTANT_IN_WORDS =
  'must be ISO 8601, UTC unless it names a zone, or ns since 1970; up to 2262-04-11';

/** Times are kept as ns in 64 bits. */
const [EARLIEST, LATEST] = [-(1n << 63n), (1n << 63n) - 1n];

/**
 * ns since the Unix epoch of an instant written as whole ns, or in ISO 8601 with up to nine decimals: `2023-12-25`,
 * `2023-12-25T23:00:01.5Z`, `2023-12-25T18:00-05:00`. Without a zone it is UTC.
 * @throws SpymasterError BadArgument
 */
export function parseInstant(text: string): bigint {
  const ns = /^\d+$/.test(text) ? BigInt(text) : parseIso(text);
  if (ns < EARLIEST || ns > LATEST)
    throw new SpymasterError('BadArgument', `${text} is no time that can be kept`, {
      expected: '1677-09-22 to 2262-04-11',
    });
  return ns;
}

function parseIso(text: string): bigint {
  const [, date, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new SpymasterError('BadArgument', `"${text}" is no time`, {
      expected: 'ISO 8601 such as 2023-12-25T23:00:01.5Z, or ns since 1970',
    });
  const zoneMinutes = zone === 'Z' ? 0 : minutesOf(zone);
  const minutes = (dayNumber(date) * 24 + Number(hour)) * 60 + Number(minute) - zoneMinutes;
  return (BigInt(minutes) * 60n + BigInt(second)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Whether a text is an instant. */
export function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that a zone such as `-05:00` is ahead of UTC. */
function minutesOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? -minutes : minutes;
}
