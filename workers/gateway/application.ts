/** `GET /`: the application as `npm run build` leaves it; its pages are all one document. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { refusal } from '../../graph/scoring/refusal';
import { PAGE_STYLE, PAGE_STYLE_PATH, unbuiltPage } from './pages';

/** Files with a digest of their content in their name never change. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;
const FOREVER = 'public, max-age=31536000, immutable';
/** Asked for again each time, and answered with 304 where it is still the same. */
const CHECKED = 'no-cache';

/** @param folder of the built application; it need not be there yet */
export async function addApplication(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    dotfiles: 'ignore',
    preCompressed: true,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', HASHED.test(path.replaceAll('\\', '/')) ? FOREVER : CHECKED);
    },
  });
  app.get(PAGE_STYLE_PATH, (_, reply) => reply.type('text/css; charset=utf-8').send(PAGE_STYLE));
  app.get('/*', async (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    if (path.includes('\0')) return reply.callNotFound();
    if (await isFile(join(folder, path))) return reply.sendFile(path);
    // A place within the application, as it is told in the address: the document itself knows what is there.
    const isPlace = !/^api\b|\.\w+$/.test(path) && /text\/html|\*\/\*/.test(request.headers.accept ?? '*/*');
    if (!isPlace) return reply.callNotFound();
    if (await isFile(join(folder, 'index.html'))) return reply.sendFile('index.html');
    return reply.code(503).type('text/html; charset=utf-8').send(unbuiltPage());
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(
      refusal('NotFound', `there is no ${request.method} ${request.url.split('?')[0]}`, {
        expected: 'what GET /api/openapi.json tells of',
      }),
    ),
  );
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;
