/**
 * Azure Data Lake Storage on one machine: a proxy in front of Azurite. Clients keep the host names of Azure and ask through it: requests
 * to `ACCOUNT.blob....` go to Azurite as they are, those to `ACCOUNT.dfs....`, which Azurite has nothing of, are answered here.
 */
import { once } from 'node:events';
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { BlobServiceClient, RestError, StorageSharedKeyCredential } from '@azure/storage-blob';
import { startAzurite, type Azurite, type AzuriteOptions } from './azurite';
import { answerBusy, passOn, type Interference } from './faults';
import { listPaths } from './pathList';
import { isSigned } from './sharedKey';

export interface StoragePeerOptions extends AzuriteOptions {
  /** 0 for any that is free. */
  readonly port: number;
}

export class StoragePeer {
  /** What is to go wrong with a request; nothing without. */
  interfere: Interference | undefined;
  private readonly server: Server;
  private readonly blobs: BlobServiceClient;

  private constructor(
    private readonly options: StoragePeerOptions,
    private readonly azurite: Azurite,
  ) {
    const { account, key } = options;
    const credential = new StorageSharedKeyCredential(account, key);
    this.blobs = new BlobServiceClient(`http://127.0.0.1:${azurite.port}/${account}`, credential);
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, 500, 'InternalError', String(error));
        else response.destroy();
      });
    });
  }

  /** @throws SpymasterError StoreUnavailable when Azurite does not start; the system's error where the port is taken */
  static async start(options: StoragePeerOptions): Promise<StoragePeer> {
    const azurite = await startAzurite(options);
    const peer = new StoragePeer(options, azurite);
    try {
      peer.server.listen(options.port, '127.0.0.1');
      await once(peer.server, 'listening');
    } catch (error) {
      await azurite.stop();
      throw error;
    }
    return peer;
  }

  /** What clients take for their proxy, such as `http://127.0.0.1:10000`. */
  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when Azurite is gone. */
  get ended(): Promise<void> {
    return this.azurite.ended;
  }

  async createContainer(name: string): Promise<void> {
    await this.blobs.getContainerClient(name).createIfNotExists();
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await this.azurite.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '/', `http://${headers.host}`);
    const fault = this.interfere?.({ method, url });
    if (fault === 'busy') return answerBusy(request, response);
    if (fault === 'refused') return void request.socket.destroy();
    if (url.hostname.split('.')[1] === 'dfs') return this.answerPaths(request, response, url);
    const forwarded = ask({
      host: '127.0.0.1',
      port: this.azurite.port,
      method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
    });
    request.pipe(forwarded);
    response.once('close', () => forwarded.destroy());
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    passOn(answer, response, fault);
  }

  private async answerPaths(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { method = '', headers } = request;
    const { account, key } = this.options;
    if (url.hostname.split('.')[0] !== account)
      return refuse(response, 404, 'ResourceNotFound', 'The specified resource does not exist.');
    if (!isSigned({ method, url, headers }, account, key))
      return refuse(response, 403, 'AuthenticationFailed', 'Server failed to authenticate the request.');
    if (method !== 'GET' || url.searchParams.get('resource') !== 'filesystem')
      return refuse(
        response,
        400,
        'UnsupportedHttpVerb',
        'Of paths, this service lists those of a container.',
      );
    try {
      const page = await listPaths(this.blobs.getContainerClient(url.pathname.slice(1)), url.searchParams);
      if (!page) return refuse(response, 404, 'PathNotFound', 'The specified path does not exist.');
      const { paths, continuation } = page;
      response.writeHead(200, {
        'content-type': 'application/json;charset=utf-8',
        ...(continuation !== undefined && { 'x-ms-continuation': continuation }),
      });
      response.end(JSON.stringify({ paths }));
    } catch (error) {
      if (!(error instanceof RestError) || error.statusCode !== 404) throw error;
      refuse(response, 404, 'FilesystemNotFound', 'The specified filesystem does not exist.');
    }
  }
}

/** As the service tells of errors, without their ids and times. */
function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', 'x-ms-error-code': code });
  response.end(JSON.stringify({ error: { code, message } }));
}
