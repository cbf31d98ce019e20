/**
 * The thread that turns a simulation's rows into files: it encodes, compresses and writes, while the main thread simulates on.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { encodeMbo, encodeMetadata, encodeRecord, MBO_BYTES } from '../../graph/dbn';
import { MboBatch } from '../../graph/records/mbo';
import { loadZstdWriter, type OpenZstdWriter, type ZstdWriter } from '../../lake/raw/zstd';
import type { FileReply, FileRequest } from './fileProtocol';

class OutputFile {
  records = 0;
  private bytes = 0;
  private readonly descriptor: number;
  private readonly zstd: ZstdWriter | null;

  constructor(
    private readonly path: string,
    openZstd: OpenZstdWriter | null,
  ) {
    this.descriptor = openSync(path, 'wx');
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
  }

  close(): FileReply {
    this.zstd?.end();
    closeSync(this.descriptor);
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
