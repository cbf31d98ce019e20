/** Why a server of Temporal did not answer as one, found out once it has not. */
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';
import { unreachable } from './connection';

const LIMIT_MS = 10_000;

/**
 * The error to throw for a connection that could not be made.
 * @param cause of the SDK, its client's or its worker's
 */
export async function whyUnanswered(
  { address = '', tls, apiKey }: Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey'>,
  cause: unknown,
): Promise<SpymasterError> {
  const refusal = refusalIn(cause);
  if (refusal !== undefined)
    return new SpymasterError(
      'AccessDenied',
      `The Temporal server at ${address} does not let this process in: ${refusal}`,
      {
        field: 'TEMPORAL_API_KEY',
        expected: 'a key that holds, with access to the namespace; or a client certificate',
      },
      { cause },
    );
  const spoken = await speaks(address);
  if (tls && spoken === 'plain')
    return new SpymasterError(
      'StoreUnavailable',
      `What listens at ${address} does not speak TLS, which ${apiKey === undefined ? 'the configuration asks for' : 'an API key asks for'}`,
      {
        field: apiKey === undefined ? 'TEMPORAL_TLS' : 'TEMPORAL_API_KEY',
        expected: `${apiKey === undefined ? 'no TLS' : 'no key'} for a server of this machine; TEMPORAL_ADDRESS of the server that is meant`,
      },
      { cause },
    );
  if (!tls && spoken === 'TLS')
    return new SpymasterError(
      'StoreUnavailable',
      `What listens at ${address} speaks TLS, which the configuration does not ask for`,
      { field: 'TEMPORAL_TLS', expected: 'TEMPORAL_API_KEY, a client certificate, or TEMPORAL_TLS=true' },
      { cause },
    );
  return unreachable(address, cause);
}

/** In the words of a server that answered, and wants to know who asks. */
function refusalIn(cause: unknown): string | undefined {
  const answer = cause instanceof Error ? (cause.cause ?? cause) : cause;
  if (isGrpcServiceError(answer)) {
    const refused = [status.UNAUTHENTICATED, status.PERMISSION_DENIED].includes(answer.code);
    return refused ? answer.details : undefined;
  }
  // The SDK for workers has its server's answer in words alone.
  const words = /GetSystemInfo: code: '[^']*(?:authentication|permission)[^']*', message: "([^"]*)"/;
  return answer instanceof Error ? words.exec(answer.message)?.[1] : undefined;
}

/** @returns undefined where that cannot be told */
function speaks(address: string): Promise<'TLS' | 'plain' | undefined> {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:/]+)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? bare;
  if (port === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    // Who it is does not matter: nothing is said to it.
    const asked = { host, port: Number(port), rejectUnauthorized: false, ALPNProtocols: ['h2'] };
    const socket = connect({ ...asked, ...(isIP(host) === 0 && { servername: host }) });
    const say = (what?: 'TLS' | 'plain') => {
      socket.destroy();
      resolve(what);
    };
    socket
      .setTimeout(LIMIT_MS, () => say())
      .once('secureConnect', () => say('TLS'))
      // An alert is TLS as well.
      .on('error', ({ code = '' }: NodeJS.ErrnoException) =>
        say(code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? 'plain' : code.includes('ALERT') ? 'TLS' : undefined),
      );
  });
}
