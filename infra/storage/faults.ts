/** What can be made to go wrong between a client and the storage of this machine. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * - `busy`: the request is refused, and is to be made again
 * - `refused`: the connection is cut before anything of the request is done
 * - `lost`: the request is done, and the connection cut before the answer
 * - `cut`: the connection is cut in the midst of the answer's body
 */
export type StorageFault = 'busy' | 'refused' | 'lost' | 'cut';

/** Asked about every request. */
export type Interference = (request: { method: string; url: URL }) => StorageFault | undefined;

export function answerBusy(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(503, { 'content-type': 'application/xml', 'x-ms-error-code': 'ServerBusy' });
  response.end(
    '<?xml version="1.0" encoding="utf-8"?><Error><Code>ServerBusy</Code><Message>The server is busy.</Message></Error>',
  );
}

/** Hands an answer to the client, or as much of it as a fault leaves. */
export function passOn(answer: IncomingMessage, response: ServerResponse, fault?: StorageFault): void {
  if (fault === 'lost') {
    answer.resume();
    answer.once('end', () => response.destroy());
    return;
  }
  response.writeHead(answer.statusCode ?? 500, answer.headers);
  if (fault !== 'cut') return void answer.pipe(response);
  const half = Number(answer.headers['content-length'] ?? 0) / 2;
  let sent = 0;
  answer.on('data', (chunk: Buffer) => {
    const left = Math.max(half - sent, 0);
    sent += chunk.length;
    // Flushed first: what was written is to arrive.
    if (sent < half) response.write(chunk);
    else response.write(chunk.subarray(0, left), () => response.destroy());
  });
  answer.once('end', () => response.destroy());
}
