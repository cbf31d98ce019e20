#!/usr/bin/env node
// @ts-check
// `npm start`: sets the clone up, then runs the server, the workers and, the first time, a demonstration.
const path = require('node:path');
const { ROOT, ensureBuilt, main, setUp } = require('./setup');

void main(async () => {
  if (process.argv.some((argument) => argument === '--help' || argument === '-h')) await ensureBuilt();
  else process.env.TEMPORAL_CLI_PATH = await setUp();
  process.argv.splice(2, 0, 'start');
  require(path.join(ROOT, 'dist', 'workers', 'cli', 'main.js'));
});
