/**
 * What workflows and activities are given and answer, encrypted before it leaves the process: AES-256-GCM, each payload with a nonce of its
 * own. An encrypted payload has the metadata that Temporal's samples have, `encoding` and `encryption-key-id`, and as data the nonce (12
 * bytes), what the protobuf of the payload is encrypted to, and the tag (16 bytes).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ValueError, type Payload, type PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { OLD_PAYLOAD_KEYS, PAYLOAD_KEY, type PayloadKey } from './payloadKeys';

const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Proto = temporal.api.common.v1.Payload;

export class EncryptionCodec implements PayloadCodec {
  private readonly byId: ReadonlyMap<string, PayloadKey>;

  /** @param keys the first encrypts, each decrypts what it has encrypted; without any, payloads go as they are */
  constructor(private readonly keys: readonly PayloadKey[]) {
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    const [key] = this.keys;
    return Promise.resolve(key ? payloads.map((payload) => encrypted(payload, key)) : payloads);
  }

  /**
   * Payloads that are not encrypted, as programs without the key send them, are left as they are.
   * @throws ValueError for one of a key that is not here, or that has been changed
   */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) =>
      textOf(payload, 'encoding') === ENCODING ? this.decrypted(payload) : payload,
    );
  }

  private decrypted(payload: Payload): Payload {
    const id = textOf(payload, 'encryption-key-id');
    const key = this.byId.get(id);
    if (!key)
      throw new ValueError(
        `It is encrypted with the key ${id}, which has to be ${PAYLOAD_KEY}, or one of ${OLD_PAYLOAD_KEYS}`,
      );
    const data = payload.data ?? new Uint8Array();
    const nonce = data.subarray(0, NONCE_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
      const plain = [decipher.update(data.subarray(NONCE_BYTES, data.length - TAG_BYTES)), decipher.final()];
      return Proto.decode(Buffer.concat(plain));
    } catch (error) {
      throw new ValueError(`What the key ${id} had encrypted is damaged`, error);
    }
  }
}

const textOf = ({ metadata }: Payload, name: string): string =>
  Buffer.from(metadata?.[name] ?? []).toString();

function encrypted(payload: Payload, { id, bytes }: PayloadKey): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, bytes, nonce);
  const plain = Proto.encode(payload).finish();
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(id) }, data };
}
