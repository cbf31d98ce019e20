/** When `npm start` opens a browser, and that nothing comes of it where that cannot be. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { browserCommand, openBrowser } from '../../../../workers/cli/start/openBrowser';

test.each([
  [{ DISPLAY: ':0' }, 'linux', 'xdg-open'],
  [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 'xdg-open'],
  [{}, 'darwin', 'open'],
  [{}, 'win32', 'rundll32'],
  [{ DISPLAY: ':0', CI: 'false' }, 'linux', 'xdg-open'],
  [{}, 'linux', undefined],
  [{ DISPLAY: ':0', CI: 'true' }, 'linux', undefined],
  [{ DISPLAY: ':10', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'linux', undefined],
  [{ SSH_TTY: '/dev/pts/1' }, 'darwin', undefined],
] as const)('%j on %s: %s', (environment, platform, program) => {
  expect(browserCommand(environment, platform)?.[0]).toBe(program);
});

test('the program is given the address; one that is missing is no failure', async () => {
  const asked = createServer().listen(0, '127.0.0.1');
  await once(asked, 'listening');
  const address = `http://127.0.0.1:${(asked.address() as AddressInfo).port}/#//ESH4`;
  const request = once(asked, 'request');
  openBrowser(address, ['no-such-browser']);
  openBrowser(address, [process.execPath, '-e', 'void fetch(process.argv[1])']);
  const [{ url }, response] = (await request) as [{ url: string }, { end: () => void }];
  expect(url).toBe('/');
  response.end();
  asked.close();
});
