/** Scripts by which shells complete the command line, made from the commands themselves. */
import { Command } from 'commander';
import { COMMANDS } from './commands';

/** What may follow a command, by its words: `backfill pause`; or an option that takes one of some values: `backfill --order`. */
function candidates(): Map<string, string[]> {
  const found = new Map<string, string[]>([['', COMMANDS.map(({ usage }) => usage.split(' ')[0])]]);
  const visit = (command: Command, words: string) => {
    const options = command.options.filter(({ hidden }) => !hidden);
    const subcommands = command.commands.map((one) => one.name());
    const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    const names = options.flatMap(({ long }) => long ?? []);
    found.set(words, [...subcommands, ...values, ...names, '--help']);
    for (const { long, argChoices } of options) if (argChoices) found.set(`${words} ${long}`, argChoices);
    for (const one of command.commands) visit(one, `${words} ${one.name()}`);
  };
  for (const { usage, load } of COMMANDS) {
    const command = new Command(usage.split(' ')[0]);
    load().define(command);
    visit(command, command.name());
  }
  return found;
}

/** For bash, and for zsh by its `bashcompinit`. */
export function bashScript(zsh: boolean): string {
  const cases = [...candidates()].map(([words, list]) => `    '${words}') echo '${list.join(' ')}' ;;`);
  return `${zsh ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_spymaster_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_spymaster() {
  local at='' word previous="\${COMP_WORDS[COMP_CWORD-1]}" list k
  for ((k = 1; k < COMP_CWORD; k++)); do
    word="\${COMP_WORDS[k]}"
    _spymaster_words "\${at:+$at }$word" >/dev/null && [[ $word != -* ]] && at="\${at:+$at }$word"
  done
  list="$(_spymaster_words "$at $previous")" || list="$(_spymaster_words "$at")"
  COMPREPLY=($(compgen -W "$list" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _spymaster spymaster ./spymaster
`;
}

export function fishScript(): string {
  const cases = [...candidates()].map(
    ([words, list]) => `    case '${words}'\n      string split ' ' -- '${list.join(' ')}'`,
  );
  return `function __spymaster_words
  switch "$argv"
${cases.join('\n')}
    case '*'
      return 1
  end
end
function __spymaster_offered
  set -l words (commandline -opc)
  set -e words[1]
  set -l at
  for word in $words
    if not string match -q -- '-*' $word; and __spymaster_words $at $word >/dev/null
      set -a at $word
    end
  end
  __spymaster_words $at $words[-1]; or __spymaster_words $at
end
complete -c spymaster -a '(__spymaster_offered)'
`;
}
