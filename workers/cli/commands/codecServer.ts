/** `spymaster codec-server`: decrypts payloads for the Temporal UI and the `temporal` command line. */
import { InvalidArgumentError, type Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { loadConfig } from '../../config';
import { isLoopback } from '../../gateway/authority';
import { requireToken } from '../../gateway/credentials';
import { faultsOf, openLog } from '../../observing/log';
import { HeldSecret } from '../../../lake/secrets/heldSecret';
import { readSecret } from '../../../lake/secrets/readSecret';
import { codecServer } from '../../temporal/payloads/codecServer';
import { EncryptionCodec } from '../../temporal/payloads/payloadCodec';
import { PAYLOAD_KEY, payloadKeys } from '../../temporal/payloads/payloadKeys';
import { loadTemporalSettings } from '../../temporal/settings';
import { temporalUi } from '../../temporal/ui';
import { portNumber } from '../arguments';
import { aborted, untilInterrupted } from '../terminal/interrupt';

interface Options {
  host: string;
  port: number;
  origin: string[];
}

const PORT = 8234;
const TOKEN_VARIABLE = 'SPYMASTER_CODEC_TOKEN';

const HELP = `
The key is ${PAYLOAD_KEY}, as of workers and commands, or \`vault:NAME\` there. In the UI, its address goes into Codec Server (the icon of
glasses), for the command line into \`--codec-endpoint http://127.0.0.1:${PORT}\`. With ${TOKEN_VARIABLE} (16 characters or more, or vault:NAME)
requests have to send \`authorization: Bearer TOKEN\`, for the command line \`--codec-auth\`; without it only this machine is served. A browser
that has opened \`http://127.0.0.1:${PORT}/?token=TOKEN\` once needs no more than "Include cross-origin credentials" in the UI. Whoever
may ask it reads everything: a proxy in front of it that knows users, and TLS, are for what lies beyond this machine.`;

export function define(command: Command): void {
  command
    .option('--host <address>', 'address to listen at; others than this machine need a token', '127.0.0.1')
    .option('--port <number>', 'port; 0 takes a free one', portNumber, PORT)
    .option(
      '--origin <url>',
      "origin of a UI's pages that may ask, such as https://cloud.temporal.io; again for others. By default that of the configured UI",
      (text: string, before: string[]) => [...before, originOf(text)],
      [],
    )
    .addHelpText('after', HELP)
    .action(serve);
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.origin;
  throw new InvalidArgumentError('It must be such as https://cloud.temporal.io.');
}

async function serve({ host, port, origin }: Options): Promise<void> {
  const config = loadConfig();
  const keys = await payloadKeys(config);
  if (keys.length === 0)
    throw new SpymasterError('BadConfig', 'Nothing is encrypted: there is no key', {
      field: PAYLOAD_KEY,
      expected: 'what `openssl rand -base64 32` makes, the same for workers and commands',
    });
  const log = openLog('codec-server');
  const onFault = faultsOf(log);
  const named = process.env[TOKEN_VARIABLE];
  if (!named && !isLoopback(host))
    throw new SpymasterError('BadConfig', `Without a token only this machine is served, not ${host}`, {
      field: TOKEN_VARIABLE,
      expected: 'what `openssl rand -hex 16` makes',
    });
  const token =
    named &&
    (await HeldSecret.open(
      async () => requireToken(await readSecret(named, TOKEN_VARIABLE, config), TOKEN_VARIABLE),
      onFault,
    ));
  const ui = temporalUi(loadTemporalSettings());
  const origins = origin.length > 0 || ui === null ? origin : [new URL(ui).origin];
  const codec = new EncryptionCodec(keys);
  const server = codecServer({ codec, origins, onFault, ...(token && { token: () => token.text }) });
  await untilInterrupted(async (signal) => {
    try {
      const address = await server.listen({ host, port });
      const pages = origins.length > 0 ? `pages of ${origins.join(', ')}` : 'no pages: --origin names them';
      log.info({ address, origins }, `${address} decrypts for programs, and ${pages}. Ctrl-C stops it.`);
      await aborted(signal);
    } finally {
      await server.close();
    }
  });
}
