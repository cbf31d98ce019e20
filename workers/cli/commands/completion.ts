/** `spymaster completion SHELL`: a script that completes commands, options and their values, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { bashScript, fishScript } from '../completion';
import { print } from '../terminal/output';

const HELP = `
Write the script to where the shell looks for such, or to a file that its own configuration reads with \`source\`:

  ./spymaster completion bash > ~/.local/share/bash-completion/completions/spymaster
  ./spymaster completion zsh > ~/.spymaster-completion
  ./spymaster completion fish > ~/.config/fish/completions/spymaster.fish`;

const SHELLS = ['bash', 'zsh', 'fish'] as const;

export function define(command: Command): void {
  command
    .addArgument(new Argument('<shell>', 'of which shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) =>
      print(shell === 'fish' ? fishScript() : bashScript(shell === 'zsh')),
    );
}
