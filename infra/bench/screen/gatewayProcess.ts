/** The gateway as `spymaster gateway` runs it: a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../root';

const MAIN = join(PROJECT_ROOT, 'dist', 'workers', 'cli', 'main.js');

export class GatewayProcess {
  private constructor(
    readonly address: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param connection of the event hubs */
  static async start(lake: string, connection?: string): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [MAIN, 'gateway', '--port', '0', '--rate', '1000'], {
      env: {
        ...process.env,
        SPYMASTER_LAKE: lake,
        ...(connection && { EVENTHUB_CONNECTION_STRING: connection }),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    for (;;) {
      const address = /(http:\/\/[\d.:]+) is the application/.exec(said)?.[1];
      if (address) return new GatewayProcess(address, child);
      if (child.exitCode !== null) throw new Error(`the gateway ended: ${said}`);
      await Promise.race([once(child.stderr, 'data'), once(child, 'exit')]);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
