#!/usr/bin/env node
// The command line, from the compiled tree; builds it first where that has not happened yet.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const main = join(root, 'dist', 'workers', 'cli', 'main.js');
if (!existsSync(main)) require('./setup').ensureBuilt(root);
require(main);
