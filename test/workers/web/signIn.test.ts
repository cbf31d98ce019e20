/** A browser signs in at a directory to see the application, and nothing of that is within reach of a page. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { Browser } from 'playwright-core';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { loadConfig } from '../../../workers/config';
import { openGateway, type OpenGateway } from '../../../workers/gateway/openGateway';
import { LocalDirectory } from '../../support/azure/directory';
import { SignInPages } from '../../support/azure/signInPages';
import { DESK, launchBrowser, watchedPage } from '../../support/browser';
import { temporaryFolder } from '../../support/lake';

const CLIENT = randomUUID();
const SECRET = 'secret of the registration';

let directory: LocalDirectory;
let gateway: OpenGateway;
let browser: Browser;
let address: string;
const faults: unknown[] = [];

beforeAll(async () => {
  directory = await LocalDirectory.start();
  const registration = { clientId: CLIENT, clientSecret: SECRET, callbacks: ['/login/callback'] };
  void new SignInPages(directory, registration, {
    'A Trader': { sub: 'trader', oid: randomUUID(), name: 'A Trader' },
  });
  const folder = temporaryFolder();
  const file = join(folder, 'spymaster.config.yaml');
  const entra = { issuer: directory.issuer, clientId: CLIENT, clientSecret: SECRET };
  writeFileSync(file, JSON.stringify({ lake: 'lake', gateway: { entra } }));
  const config = loadConfig({ SPYMASTER_CONFIG: file });
  const lake = await Lake.open(config.lake, TABLES);
  gateway = await openGateway(config, lake, (error) => faults.push(error), new Registry());
  address = (await gateway.listen('127.0.0.1', 0)).replace('127.0.0.1', 'localhost');
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.close();
  await directory?.stop();
  expect(faults).toEqual([]);
});

test('it is sent to the directory, comes back to the application, and is asked again when it is signed out', async () => {
  const { page, context, faults: ofPage } = await watchedPage(browser, DESK);
  const account = page.getByRole('link', { name: 'A Trader' });
  const application = page.getByRole('navigation', { name: 'Views' });

  await page.goto(`${address}/#/operations`);
  await account.click();
  await application.waitFor();
  // No token has come to the page, in its address or anywhere else.
  expect(page.url()).not.toMatch(/code|token|state/);
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toMatch(/eyJ|token/);
  const [session, ...others] = await context.cookies(address);
  expect(session).toMatchObject({ name: 'spymaster-session', httpOnly: true, sameSite: 'Lax' });
  expect(others).toEqual([]);

  // The application finds out when it asks for something.
  await context.clearCookies();
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await account.click();
  await application.waitFor();

  await page.goto(`${address}/logout`);
  await page.getByRole('heading', { name: 'Signed out' }).waitFor();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await account.waitFor();
  expect(ofPage).toEqual([]);
});
