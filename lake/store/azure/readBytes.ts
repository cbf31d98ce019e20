/** Bytes of a file by one request, made again where the connection is cut in the midst of them. */
import type { BlockBlobClient } from '@azure/storage-blob';
import type { ByteRange } from '../store';

/** The client itself tries again only where no answer begins: what is cut later it takes for an abort. */
const BODY_TRIES = 6;

/**
 * @param range what of it lies beyond the end of the file is left out
 * @param etag of the only content that is wanted
 * @throws the client's error: 404 where there is no file, 416 where nothing of it lies in the range, 412 where it has other content
 */
export async function readBytes(
  blob: BlockBlobClient,
  range: ByteRange | undefined,
  etag?: string,
): Promise<Buffer> {
  const options = { maxRetryRequests: 0, ...(etag !== undefined && { conditions: { ifMatch: etag } }) };
  for (let tries = 1; ; tries++) {
    const answer = await blob.download(range?.offset, range?.length, options);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of answer.readableStreamBody as AsyncIterable<Buffer>) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (bytes.length === answer.contentLength) return bytes;
      throw new Error(`the answer ends after ${bytes.length} of ${answer.contentLength} bytes`);
    } catch (error) {
      if (tries === BODY_TRIES) throw error;
    }
  }
}
