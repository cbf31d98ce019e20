/** The keys that payloads are encrypted with: of the environment, or named there in the vault. */
import { createHash } from 'node:crypto';
import { SpymasterError } from '../../../graph/errors';
import { readSecret, type Vaulted } from '../../../lake/secrets/readSecret';

export const PAYLOAD_KEY = 'SPYMASTER_PAYLOAD_KEY';
export const OLD_PAYLOAD_KEYS = 'SPYMASTER_OLD_PAYLOAD_KEYS';

/** Of AES-256. */
const BYTES = 32;

export interface PayloadKey {
  /** Eight digits of its digest: names it beside what it encrypted, and tells nothing of it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * The first encrypts; those after it are of before, and decrypt what is there of them. None where payloads are to be as they are.
 * @throws SpymasterError BadConfig for what is no key, or old ones without one; as `readSecret` does
 */
export async function payloadKeys(vaulted: Vaulted, environment = process.env): Promise<PayloadKey[]> {
  const old = (environment[OLD_PAYLOAD_KEYS] ?? '').split(',').filter((text) => text.trim() !== '');
  const first = environment[PAYLOAD_KEY];
  if (!first) {
    if (old.length === 0) return [];
    throw new SpymasterError('BadConfig', `${OLD_PAYLOAD_KEYS} are set, and ${PAYLOAD_KEY} is not`, {
      field: PAYLOAD_KEY,
    });
  }
  const read = async (text: string, field: string) =>
    keyOf(await readSecret(text.trim(), field, vaulted), field);
  return Promise.all([read(first, PAYLOAD_KEY), ...old.map((text) => read(text, OLD_PAYLOAD_KEYS))]);
}

function keyOf(text: string, field: string): PayloadKey {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== BYTES || bytes.toString('base64') !== text)
    throw new SpymasterError('BadConfig', `${field} is no key`, {
      field,
      expected: `${BYTES} bytes in base64, such as \`openssl rand -base64 ${BYTES}\` makes`,
    });
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
}
