import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { MlflowClient } from '../../../activities/tracking/mlflowClient';

/** A server that answers what it is told to, and keeps what it was asked. */
async function peer(
  answers: { status: number; body: object }[],
): Promise<{ uri: string; asked: IncomingMessage[]; server: Server }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    request.resume().on('end', () => {
      const { status, body } = answers.shift()!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { uri: `http://127.0.0.1:${(server.address() as { port: number }).port}`, asked, server };
}

const EXPERIMENT = { status: 200, body: { experiment: { experiment_id: '7' } } };

test('a busy server is asked again, and who asks says who they are', async () => {
  const { uri, asked, server } = await peer([
    { status: 503, body: {} },
    { status: 429, body: {} },
    EXPERIMENT,
    EXPERIMENT,
  ]);
  const client = new MlflowClient({ trackingUri: `${uri}/`, token: 'secret' });
  expect(await client.experiment('a b')).toBe('7');
  expect(asked.map(({ url }) => url)).toEqual(
    Array.from({ length: 3 }, () => '/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%20b'),
  );
  expect(asked[0].headers.authorization).toBe('Bearer secret');
  await new MlflowClient({ trackingUri: uri, username: 'ann', password: 'x' }).experiment('a b');
  expect(asked[3].headers.authorization).toBe(`Basic ${Buffer.from('ann:x').toString('base64')}`);
  server.close();
});

test('a refusal is told in the words of the server, and not asked again', async () => {
  const { uri, asked, server } = await peer([
    { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'no such thing' } },
  ]);
  await expect(new MlflowClient({ trackingUri: uri }).experiment('a')).rejects.toMatchObject({
    code: 'BadArgument',
    message: 'The MLflow server refused: no such thing',
    details: { request: 'GET /api/2.0/mlflow/experiments/get-by-name', status: 400 },
  });
  expect(asked).toHaveLength(1);
  server.close();
});

test('a server that is not there, and an address that is none, are told', async () => {
  const { uri, server } = await peer([]);
  server.close();
  await once(server, 'close');
  await expect(new MlflowClient({ trackingUri: uri }).experiment('a')).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: `The MLflow server at ${uri} does not answer`,
  });
  expect(() => new MlflowClient({ trackingUri: 'databricks' })).toThrow('"databricks" is no MLflow server');
});
