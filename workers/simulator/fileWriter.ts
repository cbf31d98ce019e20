/** The simulating thread's handle on the writing thread. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SpymasterError } from '../../graph/errors';
import type { FileReply, FileRequest } from './fileProtocol';

export interface WrittenFile {
  readonly path: string;
  readonly records: number;
  /** Size of the file. */
  readonly bytes: number;
}

export class FileWriter {
  readonly files: WrittenFile[] = [];
  private readonly thread = new Worker(join(__dirname, 'fileThread.js'));
  private readonly ended = new Promise<void>((resolve) => this.thread.once('exit', () => resolve()));
  private readonly begun: string[] = [];
  private settle: (() => void) | null = null;
  /** Rejects when the thread fails: a full disk, a folder that may not be written. */
  readonly failure: Promise<never>;

  /** @param onEncoded called when the batch of rows sent longest ago may be reused */
  constructor(onEncoded: () => void) {
    this.thread.on('message', (reply: FileReply) => {
      if (reply.kind === 'encoded') onEncoded();
      else {
        this.files.push({ path: reply.path, records: reply.records, bytes: reply.bytes });
        this.settle?.();
      }
    });
    this.failure = new Promise((_, reject) => {
      this.thread.once('error', (cause) => {
        const path = this.begun[this.files.length] ?? '';
        reject(
          new SpymasterError('StoreUnavailable', `Cannot write ${path}: ${cause.message}`, {}, { cause }),
        );
      });
    });
    // A failure between two races is thrown by the next one; until then it is no unhandled rejection.
    this.failure.catch(() => undefined);
  }

  post(request: FileRequest): void {
    if (request.kind === 'file') this.begun.push(request.path);
    this.thread.postMessage(request);
  }

  /** Resolves when every file begun is complete. */
  async finish(): Promise<void> {
    while (this.files.length < this.begun.length)
      await Promise.race([this.failure, new Promise<void>((resolve) => (this.settle = resolve))]);
  }

  /** Ends the thread; it may be inside a file, which is incomplete then. */
  async stop(): Promise<void> {
    this.post({ kind: 'stop' });
    await this.ended;
  }
}
