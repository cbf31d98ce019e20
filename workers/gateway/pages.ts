/** The few pages that the gateway has without the application. */

export const PAGE_STYLE_PATH = '/gateway.css';

export const PAGE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1rem; }
main { max-width: 28rem; }
h1 { font-size: 1.25rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input, button { margin: 0.25rem 0 1rem; padding: 0.5rem; }
[role='alert'] { border-left: 4px solid; padding-left: 0.75rem; }
`;

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Spymaster</title>
<link rel="stylesheet" href="${PAGE_STYLE_PATH}">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;

/** @param failed whether a token was given, and is not the one */
export const loginPage = (failed: boolean): string =>
  page(
    'Sign in',
    `${failed ? '<p role="alert">This is not the token of this gateway.</p>\n' : ''}<form method="post" action="/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>
<p>It is the one that the gateway was started with: <code>SPYMASTER_GATEWAY_TOKEN</code>.</p>`,
  );

/** @param why in words, of whoever refused it */
export const failedSignInPage = (why: string): string =>
  page('Not signed in', `<p role="alert">${escaped(why)}</p>\n<p><a href="/login">Sign in</a></p>`);

export const signedOutPage = (): string =>
  page('Signed out', '<p>This browser is signed out of the gateway.</p>\n<p><a href="/">Sign in</a></p>');

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

export const unbuiltPage = (): string =>
  page(
    'The application is not built',
    `<p>The gateway runs, but there is nothing to show here yet. Build it, and load this page again:</p>
<pre><code>npm run build</code></pre>
<p>What programs can ask is told at <a href="/api/openapi.json">/api/openapi.json</a>.</p>`,
  );
