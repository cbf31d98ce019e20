import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import { EncryptionCodec } from '../../../../workers/temporal/payloads/payloadCodec';
import { payloadKeys } from '../../../../workers/temporal/payloads/payloadKeys';

const [FIRST, SECOND] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
const keysOf = (SPYMASTER_PAYLOAD_KEY?: string, SPYMASTER_OLD_PAYLOAD_KEYS?: string) =>
  payloadKeys({}, { SPYMASTER_PAYLOAD_KEY, SPYMASTER_OLD_PAYLOAD_KEYS });
async function codecOf(...keys: Parameters<typeof keysOf>): Promise<EncryptionCodec> {
  return new EncryptionCodec(await keysOf(...keys));
}
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)!;
const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();

test('whatever is encrypted comes back as it was, and says nothing on its way', async () => {
  const codec = await codecOf(FIRST);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 4 }), async (values) => {
      const encrypted = await codec.encode(values.map(payloadOf));
      expect(encrypted.map(({ metadata }) => text(metadata?.encoding))).toEqual(
        values.map(() => 'binary/encrypted'),
      );
      const decoded = await codec.decode(encrypted);
      expect(decoded.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual(
        values.map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      );
    }),
    { numRuns: 50 },
  );
  const [one, again] = await codec.encode([payloadOf('SECRET SECRET'), payloadOf('SECRET SECRET')]);
  expect(text(one.data)).not.toContain('SECRET');
  expect(Buffer.from(one.data!).equals(Buffer.from(again.data!))).toBe(false);
});

test('its form is that of the samples: nonce, AES-256-GCM of the protobuf, tag; the key by its digest', async () => {
  const payload = payloadOf({ symbol: 'ES' });
  const [{ metadata, data }] = await (await codecOf(FIRST)).encode([payload]);
  const key = Buffer.from(FIRST, 'base64');
  expect(text(metadata?.['encryption-key-id'])).toBe(
    createHash('sha256').update(key).digest('hex').slice(0, 8),
  );
  const bytes = Buffer.from(data!);
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  expect(text(temporal.api.common.v1.Payload.decode(plain).data)).toBe('{"symbol":"ES"}');
});

test('after a change of keys what the one before encrypted is still read; without it, that is told', async () => {
  const [before] = await (await codecOf(FIRST)).encode([payloadOf(7)]);
  const [read] = await (await codecOf(SECOND, FIRST)).decode([before]);
  expect(defaultPayloadConverter.fromPayload(read)).toBe(7);
  await expect((await codecOf(SECOND)).decode([before])).rejects.toThrow(
    /encrypted with the key [0-9a-f]{8}/,
  );
});

test('what has been changed on its way is refused, wherever', async () => {
  const codec = await codecOf(FIRST);
  const [payload] = await codec.encode([payloadOf('as it was')]);
  for (const at of [0, 13, payload.data!.length - 1]) {
    const data = Uint8Array.from(payload.data!);
    data[at] ^= 1;
    await expect(codec.decode([{ ...payload, data }])).rejects.toThrow(/damaged/);
  }
  await expect(codec.decode([{ ...payload, data: payload.data!.subarray(0, 5) }])).rejects.toThrow(/damaged/);
});

test('what came without encryption is left as it is; without a key all is, and what is encrypted is told', async () => {
  const plain = payloadOf({ symbol: 'ES' });
  const codec = await codecOf(FIRST);
  expect(await codec.decode([plain])).toEqual([plain]);
  const without = await codecOf();
  expect(await without.encode([plain])).toEqual([plain]);
  expect(await without.decode([plain])).toEqual([plain]);
  await expect(without.decode(await codec.encode([plain]))).rejects.toThrow(
    /has to be SPYMASTER_PAYLOAD_KEY/,
  );
});

test('no key, no encryption; what is no key is named, without being shown', async () => {
  expect(await keysOf()).toEqual([]);
  for (const bad of ['short', 'A'.repeat(44), FIRST.slice(1)])
    await expect(keysOf(bad)).rejects.toMatchObject({
      code: 'BadConfig',
      message: 'SPYMASTER_PAYLOAD_KEY is no key',
    });
  await expect(keysOf(undefined, FIRST)).rejects.toMatchObject({ code: 'BadConfig' });
  await expect(keysOf('vault:payload-key')).rejects.toMatchObject({
    details: { field: 'vault' },
  });
});
