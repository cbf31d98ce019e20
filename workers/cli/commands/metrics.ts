/** `spymaster metrics`: what Prometheus can be told. */
import type { Command } from 'commander';
import { METRICS, type Declared } from '../../observing/metrics';
import { DEFAULT_METRICS_PORT, PROCESSES } from '../../observing/place';
import { printJson, printTable } from '../terminal/output';

const PORTS = PROCESSES.map((name, k) => `  ${name.padEnd(8)} ${DEFAULT_METRICS_PORT + k}`).join('\n');

const HELP = `
Processes that stay up serve them at http://127.0.0.1:PORT/metrics; where a port is taken, ten further on. Each says where, when it starts:

${PORTS}

score-server has them at its own port. \`metrics\` in the configuration has another host or first port, or \`port: off\`, and
--metrics-port of a command another port. A worker also tells what Temporal's SDK does (temporal_...), all of them what the process uses.`;

export function define(command: Command): void {
  command.option('--json', 'print one JSON document').addHelpText('after', HELP).action(list);
}

function list({ json }: { json?: boolean }): void {
  const metrics: Declared[] = Object.values(METRICS).flatMap((group) => Object.values<Declared>(group));
  if (json)
    return printJson(metrics.map(({ name, type, labels = [], help }) => ({ name, type, labels, help })));
  printTable(
    ['name', 'type', 'labels', 'meaning'],
    metrics.map(({ name, type, labels = [], help }) => [name, type, labels.join(', '), help]),
  );
}
