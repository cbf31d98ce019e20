/**
 * What the code computes with. Jest runs it in a context whose globals are looked up through a trap each time, which makes arithmetic
 * four times slower; these are handed to each module as arguments instead. No name that a module of a dependency declares itself, such
 * as `Map`, and nothing that a test may put another in place of, such as `Date`.
 */
const COMPUTED_WITH = [
  'Math Number BigInt Infinity Object Array ArrayBuffer DataView',
  'Float64Array Float32Array Int32Array Uint32Array Int16Array Uint16Array Uint8Array BigInt64Array BigUint64Array',
].flatMap((names) => names.split(' '));

const EXPORTER = '/@opentelemetry/otlp-exporter-base/.+\\.js$';
/** Modules of ECMAScript, which Node loads by `require` and jest does not. */
const ES_MODULES = '/node_modules/(jose|openid-client|oauth4webapi)/.+\\.js$';
const AS_COMMON_JS = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' }, module: { type: 'commonjs' } },
];

/** Sources are transformed by swc; types are checked by `npm run typecheck`, not here. */
module.exports = {
  testEnvironment: '<rootDir>/test/support/nodeEnvironment.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
    // Imports `http` when it sends, by an expression that jest has no modules for.
    [EXPORTER]: AS_COMMON_JS,
    [ES_MODULES]: AS_COMMON_JS,
  },
  transformIgnorePatterns: [
    '/node_modules/(?!@opentelemetry/otlp-exporter-base/|jose/|openid-client/|oauth4webapi/)',
  ],
  sandboxInjectedGlobals: COMPUTED_WITH,
  setupFiles: ['<rootDir>/test/support/noColour.js'],
  testSequencer: '<rootDir>/test/support/longestFirst.js',
  globalSetup: '<rootDir>/test/support/compileOnce.js',
  globalTeardown: '<rootDir>/test/support/removeSettings.js',
  // Finds what hangs; no test measures time by it, since the machine may be busy with other things.
  testTimeout: 900_000,
  // Of its heap; what else ends a process before a further test file is in `test/support/usedAgain.js`.
  // Jest says at its end that a worker process failed to exit gracefully: that is the process it has just started for a next file, and no
  // test that leaves something open.
  workerIdleMemoryLimit: '512MB',
};
