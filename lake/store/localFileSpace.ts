/** The files of a lake in a local folder: its own, in place. */
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileSpace } from './fileSpace';
import { flushFile, flushFolder, Folder, makeFolder } from './folder';

export class LocalFileSpace implements FileSpace {
  readonly fetches = false;
  private readonly root: Folder;

  constructor(path: string) {
    this.root = new Folder(path);
  }

  get folder(): string {
    return this.root.root;
  }

  pathOf(key: string): Promise<string> {
    return Promise.resolve(this.root.pathOf(key));
  }

  stage(name: string): Promise<string> {
    return this.root.stage(name);
  }

  async put(staged: string, key: string): Promise<void> {
    const target = this.root.pathOf(key);
    try {
      await flushFile(staged);
      await makeFolder(dirname(target));
      await rename(staged, target);
      await flushFolder(dirname(target));
    } catch (error) {
      throw this.root.unavailable('put in place', target, error);
    }
  }

  async discard(staged: string): Promise<void> {
    await rm(staged, { force: true });
  }
}
