#!/usr/bin/env node
// @ts-check
// `npm run build`: builds, whatever was built before; who starts a process afterwards finds it done.
const { build, main } = require('./setup');

void main(() => build());
