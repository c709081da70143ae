import { Command, Option } from 'commander';
import { registerCheck } from './commands/check.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDev } from './commands/dev.ts';
import { registerExplain } from './commands/explain.ts';
import { registerContext, registerLogin } from './commands/login.ts';
import { registerOps } from './commands/ops.ts';
import { registerAgent, registerProject } from './commands/resources.ts';
import { registerRun } from './commands/run.ts';
import { optionsOf, streamsOf, type Terminal } from './commands/terminal.ts';
import { registerWhy } from './commands/why.ts';
import { formats } from './print/output.ts';

/** The whole tree of commands. Nothing runs until it is given arguments. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('tandem')
    .description('Runs machine-learning and batch work in your clusters.')
    .option('--context <name>', 'the stored server to use')
    .option('--url <url>', 'the server to use')
    .option('--token <token>', 'the token to use')
    .option('-p, --project <project>', 'project, or owner/project')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(formats))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('-q, --quiet', 'print ids only')
    .option('--debug', 'more about an error')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .showHelpAfterError('(`tandem help` lists the commands)');
  registerDev(program, terminal);
  registerCheck(program, terminal);
  registerRun(program, terminal);
  registerOps(program, terminal);
  registerWhy(program, terminal);
  registerProject(program, terminal);
  registerAgent(program, terminal);
  registerLogin(program, terminal);
  registerContext(program, terminal);
  registerExplain(program, terminal);
  registerCompletion(program, terminal);
  program
    .command('version')
    .description('the version of this command')
    .action((_: object, command: Command) => {
      const options = optionsOf(command);
      const text = options.output === 'json' ? JSON.stringify({ version: terminal.version }) : terminal.version;
      streamsOf(terminal, options).out(`${text}\n`);
    });
  return program;
}
