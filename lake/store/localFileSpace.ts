/** The files of a lake in a local folder: its own, in place. */
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileSpace } from './fileSpace';
import { flushFile, flushFolder, Folder, makeFolder } from './folder';

export class LocalFileSpace implements FileSpace {
  private readonly folder: Folder;

  constructor(path: string) {
    this.folder = new Folder(path);
  }

  pathOf(key: string): Promise<string> {
    return Promise.resolve(this.folder.pathOf(key));
  }

  stage(name: string): Promise<string> {
    return this.folder.stage(name);
  }

  async put(staged: string, key: string): Promise<void> {
    const target = this.folder.pathOf(key);
    try {
      await flushFile(staged);
      await makeFolder(dirname(target));
      await rename(staged, target);
      await flushFolder(dirname(target));
    } catch (error) {
      throw this.folder.unavailable('put in place', target, error);
    }
  }

  async discard(staged: string): Promise<void> {
    await rm(staged, { force: true });
  }
}
