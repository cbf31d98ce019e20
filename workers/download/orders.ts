/** Batch jobs that were ordered: written down at once, so that nothing is bought twice. */
import { readFile, rename, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SpymasterError } from '../../graph/errors';
import type { DataRequest } from '../databento/historical/historicalClient';

const FILE = 'jobs.json';
const jobsSchema = z.array(z.object({ id: z.string(), request: z.record(z.string(), z.unknown()) }));

export class OrderBook {
  private constructor(
    private readonly folder: string,
    private jobs: z.output<typeof jobsSchema>,
  ) {}

  /** Orders of a folder's files. @throws SpymasterError BadArgument if what is written there cannot be read */
  static async of(folder: string): Promise<OrderBook> {
    const path = join(folder, FILE);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    try {
      return new OrderBook(folder, jobsSchema.parse(JSON.parse(text)));
    } catch (cause) {
      const message = `${path} does not list batch jobs`;
      throw new SpymasterError('BadArgument', message, { file: path }, { cause });
    }
  }

  /** The job a request was ordered with. */
  find(request: DataRequest): string | undefined {
    return this.jobs.find((job) => keyOf(job.request) === keyOf(request))?.id;
  }

  async add(id: string, request: DataRequest): Promise<void> {
    this.jobs.push({ id, request: { ...request } });
    await this.save();
  }

  /** A job whose files are no longer to be had. */
  async forget(id: string): Promise<void> {
    this.jobs = this.jobs.filter((job) => job.id !== id);
    await this.save();
  }

  private async save(): Promise<void> {
    const path = join(this.folder, FILE);
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${path}.part`, `${JSON.stringify(this.jobs, null, 2)}\n`);
    await rename(`${path}.part`, path);
  }
}

const keyOf = (request: object): string =>
  JSON.stringify(Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1)));
