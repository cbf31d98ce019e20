/** Whether a Temporal server answers, asked without credentials: one of this machine. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Connection } from '@temporalio/client';

/** Whether a server that has the namespace answers at the address. */
export async function isServing(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    if (!(await accepts(address))) return false;
    connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/** Whether anything listens at the address; a gRPC client would wait a second before it tries again. */
async function accepts(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect(Number(port), hostname.replace(/^\[|\]$/g, ''));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
