/** A gateway at which one signs in by Entra ID: programs with tokens of a directory, browsers by a sign-in there. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { JWTPayload } from 'jose';
import WebSocket from 'ws';
import { SIGNED_OUT } from '../../../../graph/screen/messages';
import { EntraSignIn } from '../../../../workers/gateway/entra/entraSignIn';
import { entraConfig } from '../../../../workers/gateway/entra/entraConfig';
import { Gateway, type GatewayOptions } from '../../../../workers/gateway/server';
import { stream } from '../../../../workers/gateway/stream/stream';
import type { ScreenSources } from '../../../../workers/gateway/stream/screenSocket';
import { LocalDirectory } from '../../../support/azure/directory';
import { SignInPages } from '../../../support/azure/signInPages';
import { temporaryFolder } from '../../../support/lake';

const CLIENT = randomUUID();
const SECRET = 'secret of the registration';
const TRADER: JWTPayload = { sub: 'trader', oid: randomUUID(), name: 'A Trader', roles: ['Desk.Read'] };
const GUEST: JWTPayload = { sub: 'guest', oid: randomUUID(), name: 'A Guest' };

let directory: LocalDirectory;
let pages: SignInPages;
let address: string;
const faults: string[] = [];
const running: Gateway[] = [];

const configOf = (more: object = {}) =>
  entraConfig.parse({
    issuer: directory.issuer,
    clientId: CLIENT,
    clientSecret: SECRET,
    roles: ['Desk.Read'],
    ...more,
  });

async function start(options: Partial<GatewayOptions> = {}, host = '127.0.0.1'): Promise<string> {
  const onFault = (error: unknown) => void faults.push(String(error));
  const gateway = new Gateway({
    rate: 1e6,
    application: temporaryFolder(),
    entra: await EntraSignIn.open(configOf(), SECRET, onFault),
    onFault,
    names: ['desk.example'],
    parts: [
      (app) => void app.get('/api/asked', (_, reply) => reply.send({ answered: true })),
      stream({} as ScreenSources, onFault),
    ],
    ...options,
  });
  running.push(gateway);
  const listening = await gateway.listen(host, 0);
  return listening.replace('127.0.0.1', 'localhost');
}

beforeAll(async () => {
  directory = await LocalDirectory.start();
  pages = new SignInPages(directory, {
    clientId: CLIENT,
    clientSecret: SECRET,
    callbacks: ['/login/callback'],
  });
  address = await start();
});
beforeEach(() => {
  pages.user = TRADER;
  pages.declines = false;
  pages.wrongly = {};
  faults.length = 0;
});
afterAll(async () => {
  await Promise.all(running.map((gateway) => gateway.close()));
  await directory.stop();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const asked = async (headers: Record<string, string>, at = address) =>
  (await fetch(`${at}/api/asked`, { headers })).status;

describe('programs', () => {
  const program = { aud: `api://${CLIENT}`, oid: randomUUID(), roles: ['Desk.Read'] };
  const inUsersName = { ...program, scp: 'openid access_as_user' };

  test('are let in with a role, or a scope and the role of their user', async () => {
    for (const claims of [program, inUsersName, { ...program, aud: CLIENT }])
      expect(await asked(bearer(await directory.token(claims)))).toBe(200);
  });

  test('are told apart from those with a token that is good for something else', async () => {
    const seconds = Math.floor(Date.now() / 1000);
    const wrong = [
      { ...program, aud: 'https://vault.azure.net' },
      { ...program, iss: 'https://login.microsoftonline.com/other/v2.0' },
      { ...program, exp: seconds - 120 },
      { ...program, nbf: seconds + 600 },
    ];
    for (const claims of wrong) expect(await asked(bearer(await directory.token(claims)))).toBe(401);
    const lacking = [
      { ...program, roles: [] },
      { ...program, roles: undefined },
      { ...inUsersName, scp: 'openid' },
      { ...inUsersName, roles: ['Desk.Write'] },
      { ...program, nonce: 'of an ID token' },
    ];
    for (const claims of lacking) expect(await asked(bearer(await directory.token(claims)))).toBe(403);
  });

  test('cannot sign a token themselves', async () => {
    const other = await LocalDirectory.start();
    const theirs = await directory.token(program, other);
    await other.stop();
    expect(await asked(bearer(theirs))).toBe(401);
    const good = await directory.token(program);
    const [header, payload, signature] = good.split('.');
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
    for (const forged of [
      `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `${encoded({ ...decoded(header), alg: 'HS256' })}.${payload}.${signature}`,
      `${header}.${encoded({ ...decoded(payload), roles: ['Desk.Read', 'Admin'] })}.${signature}`,
      'nonsense',
    ])
      expect(await asked(bearer(forged))).toBe(401);
    expect(await asked({})).toBe(401);
  });

  test('go on when the directory changes its key', async () => {
    const other = await LocalDirectory.start();
    const entra = await EntraSignIn.open(configOf({ issuer: other.issuer }), SECRET, () => {});
    const at = await start({ entra });
    const before = await other.token(program);
    await other.changeKey();
    expect(await asked(bearer(await other.token(program)), at)).toBe(200);
    expect(await asked(bearer(before), at)).toBe(200);
    await other.stop();
    // What is known of it holds while it is away.
    expect(await asked(bearer(before), at)).toBe(200);
  });

  test('follow the stream for as long as their token is good', async () => {
    const soon = Math.floor(Date.now() / 1000) + 2;
    const at = `${address.replace('http', 'ws')}/stream`;
    const socket = new WebSocket(at, { headers: bearer(await directory.token({ ...program, exp: soon })) });
    await once(socket, 'open');
    const [code] = (await once(socket, 'close')) as [number];
    expect([code, Date.now() >= soon * 1000 - 50]).toEqual([SIGNED_OUT, true]);
    const refused = new WebSocket(at, { headers: bearer('nonsense') });
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
  });

  test('may still show the token of the gateway', async () => {
    const token = '0123456789abcdef';
    const both = await start({ token: () => token });
    expect(await asked(bearer(token), both)).toBe(200);
    expect(await asked(bearer(await directory.token(program)), both)).toBe(200);
    expect(await asked(bearer('0123456789abcdeg'), both)).toBe(401);
  });
});

/** A browser without pages: keeps cookies, goes where it is sent. */
class Visitor {
  readonly cookies = new Map<string, string>();

  async get(address: string, headers: Record<string, string> = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie && { cookie }), ...headers },
    });
    const set = response.headers.getSetCookie();
    for (const one of set) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(one)!;
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return {
      status: response.status,
      location: response.headers.get('location'),
      set,
      text: await response.text(),
    };
  }

  /** From a page of the gateway to the directory and back. @returns the address with the code */
  async toDirectory(path = '/'): Promise<string> {
    const sent = await this.get(`${address}${path}`);
    expect(sent.status).toBe(302);
    const back = await new Visitor().get(sent.location!);
    return back.location!;
  }
}

describe('browsers', () => {
  test('are sent to the directory, and come back signed in to where they wanted to go', async () => {
    const visitor = new Visitor();
    const back = await visitor.toDirectory('/replay/ESH4');
    expect(pages.asked.get('redirect_uri')).toBe(`${address}/login/callback`);
    expect(pages.asked.get('code_challenge_method')).toBe('S256');
    const signed = await visitor.get(back);
    expect([signed.status, signed.location]).toEqual([303, '/replay/ESH4']);
    const session = signed.set.find((one) => one.startsWith('spymaster-session='))!;
    expect(session).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/);
    expect([...visitor.cookies.keys()]).toEqual(['spymaster-session']);
    const cookie = `spymaster-session=${visitor.cookies.get('spymaster-session')}`;
    expect(await asked({ cookie })).toBe(200);
    // What a page can see of it is nothing; what was sent along says nothing secret.
    expect(Buffer.from(cookie.split('.')[1], 'base64url').toString()).not.toMatch(/Bearer|secret|eyJ/);
    expect(await asked({ cookie: `${cookie.slice(0, -2)}AA` })).toBe(401);

    expect((await visitor.get(`${address}/logout`)).text).toContain('Signed out');
    expect(visitor.cookies.size).toBe(0);
  });

  test('that speak TLS with a proxy in front get cookies for TLS alone, and come back by it', async () => {
    const sent = await new Visitor().get(`${address}/`, { 'x-forwarded-proto': 'https' });
    expect(new URL(sent.location!).searchParams.get('redirect_uri')).toBe(
      `${address.replace('http:', 'https:')}/login/callback`,
    );
    expect(sent.set[0]).toMatch(/^spymaster-sign-in=.*; Secure$/);
  });

  test('cannot be made to come back with the code of somebody else, nor twice with theirs', async () => {
    const victim = new Visitor();
    await victim.toDirectory();
    const attackers = await new Visitor().toDirectory();
    expect((await victim.get(attackers)).status).toBe(403);
    expect(victim.cookies.has('spymaster-session')).toBe(false);
    expect((await new Visitor().get(attackers)).status).toBe(400);

    const honest = new Visitor();
    const back = await honest.toDirectory();
    const begun = new Map(honest.cookies);
    expect((await honest.get(back)).status).toBe(303);
    const again = new Visitor();
    for (const [name, value] of begun) again.cookies.set(name, value);
    expect((await again.get(back)).status).toBe(403);
  });

  test('are kept out without a role, or where the directory says no, and told so', async () => {
    pages.user = GUEST;
    const guest = new Visitor();
    const refused = await guest.get(await guest.toDirectory());
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringContaining('none of the roles Desk.Read'),
    ]);
    expect(guest.cookies.has('spymaster-session')).toBe(false);

    pages.declines = true;
    const declined = new Visitor();
    const told = await declined.get(await declined.toDirectory());
    expect(told.status).toBe(403);
    expect(told.text).toContain('User &#60;declined&#62; to consent');
    expect(faults).toEqual([]);
  });

  test.each([
    ['for another application', { aud: randomUUID() }],
    ['of another sign-in', { nonce: 'another' }],
    ['of another directory', { iss: 'https://login.microsoftonline.com/other/v2.0' }],
    ['too old', { exp: 1_700_000_000 }],
  ])('are not signed in by an ID token %s', async (_, claims: JWTPayload) => {
    pages.wrongly = claims;
    const visitor = new Visitor();
    expect((await visitor.get(await visitor.toDirectory())).status).toBe(403);
    expect(visitor.cookies.has('spymaster-session')).toBe(false);
    expect(faults).toHaveLength(1);
  });

  test('are not sent elsewhere by an address that only looks like the gateway', async () => {
    const visitor = new Visitor();
    const signed = await visitor.get(await visitor.toDirectory('//evil.example/path'));
    expect(signed.location).toBe('/evil.example/path');
  });

  test("of other sites' pages are refused as ever", async () => {
    const cookie = 'spymaster-session=x';
    const headers = { origin: 'https://evil.example', cookie };
    expect(await asked(headers)).toBe(403);
  });
});

test('beyond this machine one listens with a sign-in, too', async () => {
  await expect(start({ entra: undefined }, '0.0.0.0')).rejects.toThrow('could ask without a token');
  expect(await start({}, '0.0.0.0')).toContain('http://');
});

test('a directory that is none, or away, is refused at the start', async () => {
  const opening = (issuer: string) => EntraSignIn.open(configOf({ issuer }), SECRET, () => {});
  await expect(opening(directory.address)).rejects.toMatchObject({ code: 'BadConfig' });
  const gone = await LocalDirectory.start();
  const { issuer } = gone;
  await gone.stop();
  await expect(opening(issuer)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(() => configOf({ issuer: 'http://login.example/v2.0' })).toThrow('must be https');
});
