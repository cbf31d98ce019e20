// @ts-check
// Before any test of a run: processes and threads that tests start run compiled code, and none of them sees the settings of whoever runs
// the tests. Nothing is compiled where that is up to date.
const { mkdtempSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { ensureBuilt } = require('../../infra/bin/setup');

/** What tests themselves are told by the environment. */
const OF_TESTS = /^(SPYMASTER_TEST_.*|TEMPORAL_CLI_PATH)$/;

/** What says where the product works, and as whom. */
const OF_OTHERS = /^(SPYMASTER|TEMPORAL|OTEL|OPENLINEAGE|UNITY_CATALOG|EVENTHUB|AZURE|IDENTITY)_/;

module.exports = async () => {
  for (const name of Object.keys(process.env))
    if (OF_OTHERS.test(name) && !OF_TESTS.test(name)) delete process.env[name];
  // A configuration that says nothing, in place of the one that may be in the project's folder.
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-tests-'));
  process.env.SPYMASTER_CONFIG = join(folder, 'spymaster.config.yaml');
  writeFileSync(process.env.SPYMASTER_CONFIG, '');
  // Where tests have lakes that several of them begin with (`builtLake.ts`).
  process.env.SPYMASTER_TEST_LAKES = mkdtempSync(join(folder, 'lakes-'));
  // What is tested of a command are its words; that logs are JSON elsewhere is tested for itself.
  process.env.SPYMASTER_LOG = 'human';
  await ensureBuilt();
};
