/**
 * Faults of a peer that runs, asked for at `$management` by an operation that no namespace has. Whoever asks shows a token in the request;
 * a stall does not hold it up.
 */
import { once } from 'node:events';
import rhea = require('rhea');
import { SpymasterError } from '../../graph/errors';
import { badArgument } from './amqpError';
import type { FaultName } from './faultNames';
import type { Faults } from './faults';
import type { HubLog } from './hubLog';
import { MANAGEMENT } from './managementNode';
import type { Answer } from './requestNode';
import { openedBy, signed, type SharedKey } from './sasToken';

export const INJECT = 'spymaster:fault';

/** @throws AmqpRefusal when the token opens nothing here, or there is no such fault */
export function inject(
  request: rhea.Message,
  faults: Faults,
  shared: SharedKey,
  nowMs: number,
  log: HubLog,
): Answer {
  const asked = (request.application_properties ?? {}) as Record<string, unknown>;
  const { fault, amount, hub, security_token: token } = asked;
  openedBy(String(token), shared, nowMs);
  const count = Number(amount ?? 0);
  const by: Record<FaultName, () => unknown> = {
    busy: () => faults.refuseSends(count),
    lose: () => faults.loseAnswers(count),
    duplicate: () => faults.duplicateDeliveries(count),
    reorder: () => faults.reorderDeliveries(count),
    stall: () => faults.stall(count),
    resume: () => faults.resume(),
    // After the answer is out.
    cut: () => setImmediate(() => faults.cutConnections(hub as string | undefined)),
  };
  const start = Object.hasOwn(by, String(fault)) ? by[fault as FaultName] : undefined;
  if (!start) throw badArgument(`There is no fault ${String(fault)}.`);
  start();
  log.fault(String(fault), count);
  return { statusCode: 200, statusDescription: 'OK' };
}

export interface FaultRequest {
  fault: FaultName;
  amount?: number;
  hub?: string;
}

const CONNECTION = /Endpoint=sb:\/\/(.+):(\d+)\/?;SharedAccessKeyName=([^;]+);SharedAccessKey=([^;]+)/;

/**
 * Asks the peer of a connection string for a fault, and waits until it is in force.
 * @throws SpymasterError StoreUnavailable when it does not answer so; BadArgument when the text is no connection string of a peer
 */
export async function requestFault(connectionString: string, request: FaultRequest): Promise<void> {
  const [, host, port, name, key] = CONNECTION.exec(connectionString) ?? [];
  if (host === undefined)
    throw new SpymasterError(
      'BadArgument',
      'Faults are for hubs of a machine: that is no connection string of one',
    );
  const container = rhea.create_container();
  const connection = container.connect({ host, port: Number(port), username: name, reconnect: false });
  // Closed by the other side, which is what some of them are about.
  for (const event of ['disconnected', 'connection_error', 'error']) container.on(event, () => {});
  const receiver = connection.open_receiver({ source: MANAGEMENT, name: 'faults', target: 'faults' });
  const sender = connection.open_sender(MANAGEMENT);
  const lost = once(connection, 'disconnected').then(() => unanswered('it does not answer'));
  lost.catch(() => {});
  await Promise.race([once(sender, 'sendable'), lost.then((error) => Promise.reject(error))]);
  sender.send({
    message_id: 'fault',
    reply_to: 'faults',
    body: '',
    application_properties: {
      operation: INJECT,
      ...request,
      security_token: signed(`sb://${host}`, { name, key }, Date.now()),
    },
  });
  const answer = once(receiver, 'message').then(([context]) => (context as rhea.EventContext).message);
  const message = await Promise.race([answer, lost.then((error) => Promise.reject(error))]);
  connection.close();
  const said = (message?.application_properties ?? {}) as Record<string, unknown>;
  if (said.statusCode !== 200) throw unanswered(String(said.statusDescription));
}

const unanswered = (what: string) =>
  new SpymasterError('StoreUnavailable', `Event Hubs of this machine: ${what}`);
