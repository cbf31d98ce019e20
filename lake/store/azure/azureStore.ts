/**
 * A store in Azure Data Lake Storage. A file is written by one request, which takes effect whole or not at all; that it must not exist
 * yet is a condition of the same request, which of any number of writers one meets.
 */
import { randomUUID } from 'node:crypto';
import type { BlockBlobClient } from '@azure/storage-blob';
import type { SpymasterError } from '../../../graph/errors';
import type { ByteRange, Store, StoreEntry } from '../store';
import { nameOf, type AzureAddress } from './address';
import { azureFailure, isMissing, isRefusedByCondition, statusOf } from './failure';
import { readBytes } from './readBytes';
import type { Container } from './service';

/** How often a file is read anew that was replaced while it was read. */
export const WHOLE_TRIES = 5;
const PAGE = 5000;

export class AzureStore implements Store {
  constructor(
    private readonly address: AzureAddress,
    private readonly container: Container,
  ) {}

  get location(): string {
    return this.address.location;
  }

  async list(folder: string, after = ''): Promise<StoreEntry[]> {
    const { path } = this.address;
    const name = nameOf(this.address, folder);
    const listed: StoreEntry[] = [];
    try {
      const options = { recursive: true, ...(name !== '' && { path: name }) };
      for await (const page of this.container.files.listPaths(options).byPage({ maxPageSize: PAGE }))
        for (const found of page.pathItems ?? []) {
          if (found.isDirectory || found.name === undefined) continue;
          const key = path === '' ? found.name : found.name.slice(path.length + 1);
          if (key <= after) continue;
          const { contentLength = 0, lastModified = new Date(0) } = found;
          listed.push({ key, size: contentLength, modified: lastModified.getTime() });
        }
    } catch (error) {
      if (isMissing(error)) return [];
      throw this.failure('list', folder, error);
    }
    return listed.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async holdsAny(): Promise<boolean> {
    const { path } = this.address;
    try {
      const pages = this.container.files.listPaths(path === '' ? {} : { path }).byPage({ maxPageSize: 1 });
      for await (const { pathItems = [] } of pages) if (pathItems.length > 0) return true;
      return false;
    } catch (error) {
      if (isMissing(error)) return false;
      throw this.failure('list', '', error);
    }
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const blob = this.blob(key);
    for (let tries = 1; ; tries++)
      try {
        return await this.container.turns.take(() => readBytes(blob, range));
      } catch (error) {
        if (isMissing(error)) return undefined;
        // Nothing of the file lies there.
        if (statusOf(error) === 416) return new Uint8Array(0);
        if (!isRefusedByCondition(error) || tries === WHOLE_TRIES) throw this.failure('read', key, error);
      }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.container.turns.take(() => this.blob(key).upload(bytes, bytes.length));
    } catch (error) {
      throw this.failure('replace', key, error);
    }
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const blob = this.blob(key);
    const writer = randomUUID();
    try {
      await blob.upload(bytes, bytes.length, { conditions: { ifNoneMatch: '*' }, metadata: { writer } });
      return true;
    } catch (error) {
      if (!isRefusedByCondition(error)) throw this.failure('create', key, error);
      // The answer to a request that succeeded may have been lost, and the request been made again.
      const winner = await this.writerOf(blob, key);
      if (winner === undefined) throw this.failure('create', key, error);
      return winner === writer;
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.blob(key).delete();
    } catch (error) {
      if (!isMissing(error)) throw this.failure('remove', key, error);
    }
  }

  /** Who created a file; empty where it does not say, undefined where there is none. */
  private async writerOf(blob: BlockBlobClient, key: string): Promise<string | undefined> {
    try {
      return (await blob.getProperties()).metadata?.writer ?? '';
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.failure('create', key, error);
    }
  }

  private blob(key: string): BlockBlobClient {
    return this.container.blobs.getBlockBlobClient(nameOf(this.address, key));
  }

  private failure(verb: string, key: string, error: unknown): SpymasterError {
    return azureFailure(this.address, this.container.withKey, verb, key, error);
  }
}
