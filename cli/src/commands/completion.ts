import type { Command } from 'commander';
import { CliError, exitCodes } from '../exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** `tandem completion SHELL`: a script that completes commands and options, made from the tree of commands. */
export function registerCompletion(program: Command, terminal: Terminal): void {
  program
    .command('completion <shell>')
    .description('a script for bash, zsh or fish: `source <(tandem completion bash)`')
    .action((shell: string) => {
      const words = wordsOf(program);
      terminal.stdout.write(scriptOf(shell, words));
    });
}

/** What may follow after each sequence of commands, by that sequence. */
function wordsOf(program: Command): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.flatMap((option) =>
      option.long === undefined || option.long === null ? [] : [option.long],
    );
    words.set(path, [...command.commands.map((each) => each.name()), ...options]);
    for (const each of command.commands) visit(each, `${path} ${each.name()}`.trim());
  };
  visit(program, '');
  return words;
}

function scriptOf(shell: string, words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, follow]) => `    "${path}") words="${follow.join(' ')}" ;;`).join('\n');
  const bash = `_tandem() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _tandem tandem
`;
  switch (shell) {
    case 'bash':
      return bash;
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
    case 'fish':
      return [...words].flatMap(([path, follow]) => follow.map((word) => fishLine(path, word))).join('');
    default:
      throw new CliError(
        exitCodes.usage,
        `There is no completion for "${shell}".`,
        'There is one for bash, zsh and fish.',
      );
  }
}

function fishLine(path: string, word: string): string {
  const parts = path.split(' ').filter((part) => part !== '');
  const condition =
    parts.length === 0
      ? '__fish_use_subcommand'
      : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
  return `complete -c tandem -n '${condition}' ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`}\n`;
}
