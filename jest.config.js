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
  },
  setupFiles: ['<rootDir>/test/support/noColour.js'],
  globalSetup: '<rootDir>/test/support/compileOnce.js',
  globalTeardown: '<rootDir>/test/support/removeSettings.js',
  // Finds what hangs; no test measures time by it, since the machine may be busy with other things.
  testTimeout: 900_000,
  // A process a test file: DuckDB and large buffers stay with the process that made them, and a process that has reserved more
  // address space than the machine has memory cannot start another.
  workerIdleMemoryLimit: '1MB',
};
