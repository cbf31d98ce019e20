/** `spymaster completion SHELL`: a script that completes commands, options and their values, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { bashScript, fishScript } from '../completion';
import { print } from '../terminal/output';

const HELP = `
  bash   source <(./spymaster completion bash)          in ~/.bashrc
  zsh    source <(./spymaster completion zsh)           in ~/.zshrc, after compinit
  fish   ./spymaster completion fish | source           in ~/.config/fish/config.fish`;

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function define(command: Command): void {
  command
    .addArgument(new Argument('<shell>', 'of which shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) =>
      print(shell === 'fish' ? fishScript() : bashScript(shell === 'zsh')),
    );
}
