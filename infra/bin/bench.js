#!/usr/bin/env node
// @ts-check
// `npm run bench`: sets the clone up, then runs the benchmarks; their JSON goes to stdout.
const path = require('node:path');
const { ROOT, main, setUp } = require('./setup');

void main(async () => {
  process.env.TEMPORAL_CLI_PATH = await setUp();
  require(path.join(ROOT, 'dist', 'infra', 'bench', 'main.js'));
});
