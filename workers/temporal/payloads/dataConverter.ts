/** How payloads leave a process, in the one place that clients and workers have it from. */
import type { DataConverter } from '@temporalio/common';
import { loadConfig } from '../../config';
import type { Vaulted } from '../../../lake/secrets/readSecret';
import { EncryptionCodec } from './payloadCodec';
import { payloadKeys } from './payloadKeys';

/**
 * Encrypted where the environment has a key, else as they are: what others have encrypted is then told as that.
 * @throws SpymasterError as `payloadKeys` does
 */
export async function dataConverter(vaulted: Vaulted = loadConfig()): Promise<DataConverter> {
  return { payloadCodecs: [new EncryptionCodec(await payloadKeys(vaulted))] };
}
