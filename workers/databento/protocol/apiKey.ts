/** The key of an account at Databento, which says nothing of itself to whoever prints it. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { SpymasterError } from '../../../graph/errors';

/** Environment variable all clients of Databento take the key from. */
export const KEY_VARIABLE = 'DATABENTO_API_KEY';
const KEY_LENGTH = 32;
/** The last characters, by which Databento finds the account; they are sent openly. */
const BUCKET_LENGTH = 5;
const HIDDEN = '[key]';

export class ApiKey {
  readonly #text: string;

  /** @throws SpymasterError BadArgument, without the text, if it cannot be a key */
  constructor(text: string) {
    if (!/^db-[A-Za-z0-9]+$/.test(text) || text.length !== KEY_LENGTH)
      throw new SpymasterError('BadArgument', 'that is no API key of Databento', {
        field: KEY_VARIABLE,
        expected: `${KEY_LENGTH} characters that begin with db-`,
      });
    this.#text = text;
  }

  /** The key in the environment. @throws SpymasterError BadArgument if there is none */
  static fromEnvironment(environment: NodeJS.ProcessEnv = process.env): ApiKey {
    const text = environment[KEY_VARIABLE];
    if (!text)
      throw new SpymasterError('BadArgument', 'no API key of Databento is set', {
        field: KEY_VARIABLE,
        expected: `the key in the environment: ${KEY_VARIABLE}=db-...`,
      });
    return new ApiKey(text);
  }

  /** What answers the live gateway's challenge: a digest of both, and the bucket. */
  answer(challenge: string): string {
    const digest = createHash('sha256').update(`${challenge}|${this.#text}`).digest('hex');
    return `${digest}-${this.#text.slice(-BUCKET_LENGTH)}`;
  }

  /** The header of HTTP basic authentication: the key is the user, the password empty. */
  basicAuthorization(): string {
    return `Basic ${Buffer.from(`${this.#text}:`).toString('base64')}`;
  }

  /** A text, with the key hidden wherever it occurs in it. */
  redact(text: string): string {
    return text.replaceAll(this.#text, HIDDEN);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}
