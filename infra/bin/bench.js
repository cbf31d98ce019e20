#!/usr/bin/env node
// @ts-check
// `npm run bench`: sets the clone up, then runs the benchmarks; their JSON goes to stdout.
const path = require('node:path');
const { wanted } = require('../bench/arguments');
const { ROOT, main, setUp } = require('./setup');

void main(async () => {
  if (!wanted(process.argv.slice(2))) return;
  process.env.TEMPORAL_CLI_PATH = await setUp();
  require(path.join(ROOT, 'dist', 'infra', 'bench', 'main.js'));
});
