/**
 * `npm run bench [NAME...]`: every figure of the README, measured on this machine in this run. Prints one JSON document on
 * stdout; progress goes to stderr. With `--smoke` nothing is measured: each only shows that it runs.
 */
import { cpus, totalmem } from 'node:os';
import { BENCHES, wanted, type SkillOptions } from './arguments';
import type { BenchResult } from './types';

/** All figures at once, or as they come. */
interface Bench {
  readonly bench: (options: SkillOptions) => Promise<BenchResult[]> | AsyncIterable<BenchResult>;
}

async function run(): Promise<void> {
  const asked = wanted(process.argv.slice(2));
  if (!asked) return;
  const results: Record<string, BenchResult[]> = {};
  for (const name of BENCHES) {
    if (asked.names.length > 0 ? !asked.names.includes(name) : name === 'skill') continue;
    process.stderr.write(`bench: ${name} ...\n`);
    // One by one, so that one bench's memory is not another's.
    const { bench } = require(`./${name}`) as Bench;
    results[name] = [];
    for await (const result of await bench(asked.skill)) {
      results[name].push(result);
      const { name: figure, value, unit, peer, interval, target } = result;
      const beside = peer ? `, ${peer.ratio.toFixed(2)} x ${peer.name}` : '';
      const sure = interval ? ` [${rounded(interval.low)}, ${rounded(interval.high)}]` : '';
      const aim = target ? `; wanted ${target.wanted}: ${target.reached ? 'reached' : 'NOT REACHED'}` : '';
      process.stderr.write(`bench:   ${figure}: ${rounded(value)}${sure} ${unit}${beside}${aim}\n`);
    }
  }
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? '',
    memoryBytes: totalmem(),
  };
  process.stdout.write(`${JSON.stringify({ machine, results }, null, 2)}\n`);
}

const rounded = (value: number) =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(4)).toString();

run().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
