/**
 * The thread that turns a simulation's rows into files: it encodes, compresses and writes, while the main thread simulates on.
 * A file has its name only once it is complete; before it ends in `.partial`.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { encodeMbo, encodeMetadata, encodeRecord, MBO_BYTES } from '../../graph/dbn';
import { MboBatch } from '../../graph/records/mbo';
import { loadZstdWriter, type OpenZstdWriter } from '../../lake/raw/zstd';
import { PARTIAL, type FileReply, type FileRequest } from './fileProtocol';

class OutputFile {
  records = 0;
  private bytes = 0;
  private readonly descriptor: number;
  private readonly zstd: ReturnType<OpenZstdWriter> | null;

  constructor(
    private readonly path: string,
    openZstd: OpenZstdWriter | null,
  ) {
    this.descriptor = openSync(path + PARTIAL, 'w');
    this.zstd = openZstd && openZstd((bytes) => this.write(bytes));
  }

  push(bytes: Uint8Array): void {
    if (this.zstd) this.zstd.push(bytes);
    else this.write(bytes);
  }

  private write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    this.bytes += bytes.length;
  }

  abandon(): void {
    closeSync(this.descriptor);
    rmSync(this.path + PARTIAL);
  }

  close(): FileReply {
    this.zstd?.end();
    closeSync(this.descriptor);
    renameSync(this.path + PARTIAL, this.path);
    return { kind: 'written', path: this.path, records: this.records, bytes: this.bytes };
  }
}

const port = parentPort!;
const reply = (message: FileReply) => port.postMessage(message);
let file: OutputFile | null = null;
let encoded = new Uint8Array(0);

function serve(request: FileRequest, openZstd: OpenZstdWriter): void {
  switch (request.kind) {
    case 'file':
      file = new OutputFile(request.path, request.compressed ? openZstd : null);
      file.push(encodeMetadata(request.metadata));
      return;
    case 'rows': {
      const batch = new MboBatch(request.capacity, request.buffer);
      const bytes = request.length * MBO_BYTES;
      if (encoded.length < bytes) encoded = new Uint8Array(request.capacity * MBO_BYTES);
      encodeMbo(batch, 0, request.length, encoded, 0);
      reply({ kind: 'encoded' });
      file!.push(encoded.subarray(0, bytes));
      file!.records += request.length;
      return;
    }
    case 'records':
      for (const record of request.records) file!.push(encodeRecord(record));
      file!.records += request.records.length;
      return;
    case 'end':
      reply(file!.close());
      file = null;
      return;
    case 'stop':
      file?.abandon();
      port.close();
      return;
    default:
      throw new Error(`no request ${JSON.stringify(request)}`);
  }
}

// Requests wait in the port until the first one is listened for.
void loadZstdWriter().then((openZstd) =>
  port.on('message', (request: FileRequest) => serve(request, openZstd)),
);
