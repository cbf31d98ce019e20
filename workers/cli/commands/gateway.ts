/** `spymaster gateway`: the application, and questions about the lake over HTTP. */
import type { Command } from 'commander';
import { loadConfig } from '../../config';
import { GATEWAY_PORT, GATEWAY_RATE, openGateway } from '../../gateway/openGateway';
import { observeLake } from '../../observing/lakeMetrics';
import { faultsOf, openLog } from '../../observing/log';
import { processRegistry, whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { metricsOption, portNumber, wholeNumber } from '../arguments';
import { openExistingLake } from '../openLake';
import { aborted, untilInterrupted } from '../terminal/interrupt';

interface Options {
  host: string;
  port: number;
  rate: number;
  metricsPort?: PortChoice;
}

const HELP = `
GET / is the application; /api/openapi.json tells what programs can ask, /api/stream-schema.json what the stream says: sessions, bars,
levels, episodes, precedents, outcomes, models, partitions, lineage, quality, dead letters, settings.

Only this machine is served, unless SPYMASTER_GATEWAY_TOKEN (or gateway.token in the configuration) is set: programs then send
\`authorization: Bearer TOKEN\`, browsers ask for it once, or are opened with http://HOST:PORT/?token=TOKEN. A name by which a proxy in
front of it is reached belongs into gateway.names. On SIGTERM or Ctrl-C what was asked is answered first.`;

export function define(command: Command): void {
  command
    .option('--host <address>', 'address to listen at; others than this machine need a token', '127.0.0.1')
    .option('--port <number>', 'port; 0 takes a free one', portNumber, GATEWAY_PORT)
    .option('--rate <n>', 'requests a second that one address may make', wholeNumber, GATEWAY_RATE)
    .addHelpText('after', HELP)
    .action(serve);
  metricsOption(command);
}

async function serve({ host, port, rate, metricsPort }: Options): Promise<void> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  const log = openLog('gateway');
  const registry = processRegistry('gateway');
  observeLake(registry);
  const place = metricsPlace('gateway', config.metrics, metricsPort);
  await untilInterrupted((signal) =>
    whileObserved('gateway', registry, place, log, async () => {
      const gateway = await openGateway(config, lake, faultsOf(log), registry, rate);
      try {
        const address = await gateway.listen(host, port);
        log.info({ address }, `${address} is the application. Ctrl-C stops it.`);
        await aborted(signal);
        log.info('Stopping: what was asked is answered first.');
      } finally {
        await gateway.close();
      }
    }),
  );
}
