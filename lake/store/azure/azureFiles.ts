/** Files of a container as a whole, to and from files of this machine: in blocks, several at once, each tried again alone. */
import { open, stat } from 'node:fs/promises';
import type { BlockBlobClient } from '@azure/storage-blob';
import type { SpymasterError } from '../../../graph/errors';
import type { FileTag, RemoteFiles } from '../cachedFileSpace';
import { nameOf, type AzureAddress } from './address';
import { WHOLE_TRIES } from './azureStore';
import { azureFailure, isMissing, isRefusedByCondition } from './failure';
import { readBytes } from './readBytes';
import type { Container } from './service';

const BLOCK_BYTES = 8 * 2 ** 20;
const BLOCKS_AT_ONCE = 4;

const UPLOAD = {
  blockSize: BLOCK_BYTES,
  maxSingleShotSize: BLOCK_BYTES,
  concurrency: BLOCKS_AT_ONCE,
};

export class AzureFiles implements RemoteFiles {
  constructor(
    private readonly address: AzureAddress,
    private readonly container: Container,
  ) {}

  get location(): string {
    return this.address.location;
  }

  async tagOf(key: string): Promise<FileTag | undefined> {
    try {
      return await this.container.turns.take(() => tagOf(this.blob(key)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.failure('look at', key, error);
    }
  }

  async download(key: string, path: string): Promise<FileTag | undefined> {
    const blob = this.blob(key);
    for (let tries = 1; ; tries++)
      try {
        return await this.container.turns.take(() => download(blob, path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        // Otherwise it was replaced meanwhile.
        if (!isRefusedByCondition(error) || tries === WHOLE_TRIES) throw this.failure('read', key, error);
      }
  }

  async upload(path: string, key: string): Promise<FileTag> {
    const blob = this.blob(key);
    try {
      const { size } = await stat(path);
      const { etag = '' } = await this.container.turns.take(() => blob.uploadFile(path, UPLOAD));
      return { etag, size };
    } catch (error) {
      throw this.failure('write', key, error);
    }
  }

  private blob(key: string): BlockBlobClient {
    return this.container.blobs.getBlockBlobClient(nameOf(this.address, key));
  }

  private failure(verb: string, key: string, error: unknown): SpymasterError {
    return azureFailure(this.address, this.container.withKey, verb, key, error);
  }
}

async function tagOf(blob: BlockBlobClient): Promise<FileTag> {
  const { etag = '', contentLength = 0 } = await blob.getProperties();
  return { etag, size: contentLength };
}

async function download(blob: BlockBlobClient, path: string): Promise<FileTag> {
  const tag = await tagOf(blob);
  const file = await open(path, 'w');
  try {
    let next = 0;
    const takeBlocks = async () => {
      for (let at; (at = next) < tag.size;) {
        next += BLOCK_BYTES;
        const bytes = await readBytes(blob, { offset: at, length: BLOCK_BYTES }, tag.etag);
        for (let done = 0; done < bytes.length;)
          done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
    };
    await allOf(Array.from({ length: BLOCKS_AT_ONCE }, takeBlocks));
  } finally {
    await file.close();
  }
  return tag;
}

/** Waits for all, also where some have failed: a file is not closed under a writer. */
async function allOf(work: Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason;
}
