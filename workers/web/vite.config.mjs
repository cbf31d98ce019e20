// @ts-check
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** What a browser may have to load before it shows the market, kB of gzip. */
const FIRST_LOAD_LIMIT = 400;

/**
 * Tells the size of the first load, which is the page with everything it names and what that imports at once.
 * @returns {import('vite').Plugin}
 */
const firstLoad = () => ({
  name: 'first-load',
  apply: 'build',
  writeBundle(_, bundle) {
    const loaded = new Set(['index.html']);
    for (const name of loaded) {
      const file = bundle[name];
      if (file?.type === 'chunk')
        for (const next of [...file.imports, ...(file.viteMetadata?.importedCss ?? [])]) loaded.add(next);
      else if (name.endsWith('.html'))
        for (const [, next] of String(file?.type === 'asset' && file.source).matchAll(
          /(?:src|href)="\.\/(.+?)"/g,
        ))
          loaded.add(next);
    }
    const sizes = [...loaded].map((name) => {
      const file = bundle[name];
      return gzipSync(file.type === 'chunk' ? file.code : file.source).length;
    });
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
    const said = `first load of the application: ${kilobytes.toFixed(1)} kB gzip of ${FIRST_LOAD_LIMIT} allowed`;
    if (kilobytes > FIRST_LOAD_LIMIT) this.error(said);
    process.stdout.write(`${said}\n`);
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  // Of this page only: no file is taken over as it is, and no environment of whoever builds it.
  publicDir: false,
  envDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // A content security policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `vite workers/web` beside a gateway: what it serves is asked of it.
  server: {
    proxy: { '/api': 'http://127.0.0.1:7400', '/stream': { target: 'ws://127.0.0.1:7400', ws: true } },
  },
  plugins: [firstLoad()],
});
