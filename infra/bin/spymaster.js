#!/usr/bin/env node
// @ts-check
// The command line, from the compiled tree; compiles it first where the sources are newer.
const path = require('node:path');
const { ROOT, ensureBuilt, main } = require('./setup');

void main(async () => {
  await ensureBuilt();
  require(path.join(ROOT, 'dist', 'workers', 'cli', 'main.js'));
});
