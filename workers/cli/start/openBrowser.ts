/** Shows an address to whoever sits at this machine. */
import { spawn } from 'node:child_process';

/** What opens an address in the user's browser; undefined where nobody would see it: in CI, over ssh, without a desktop. */
export function browserCommand(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): readonly [program: string, ...args: string[]] | undefined {
  const { CI, SSH_CONNECTION, SSH_TTY, DISPLAY, WAYLAND_DISPLAY } = environment;
  if ((CI && CI !== 'false') || SSH_CONNECTION || SSH_TTY) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Opens it where there is a browser to be seen; where that fails, the user has the address all the same. */
export function openBrowser(address: string, command = browserCommand()): void {
  if (!command) return;
  const [program, ...args] = command;
  spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
