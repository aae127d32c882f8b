import {Command, CommanderError} from 'commander';
import {InputError} from '../errors.ts';
import {exitCodeOf} from '../exit-code.ts';
import {errorText} from '../views/error-text.ts';
import {ignoreEpipe} from '../views/ignore-epipe.ts';
import * as commands from './all-commands.ts';
import {commandGroups} from './command-groups.ts';
import {completeCommand} from './commands/complete.ts';
import {setExitCode} from './exit.ts';
import {plainPorts, type WrapPorts} from './ports.ts';
import {maskOutput} from './terminal/mask-output.ts';

/** All commands in the order of their groups; `wrapPorts` is for those that change hosts. */
function commandsWith(wrapPorts: WrapPorts): readonly Command[] {
	const factories: readonly ((wrapPorts: WrapPorts) => Command)[] = Object.values(commands);
	const order: readonly string[] = Object.values(commandGroups);
	return factories
		.map(create => create(wrapPorts))
		.toSorted((one, other) => order.indexOf(one.helpGroup()) - order.indexOf(other.helpGroup()));
}

/** The command line: runs the command in the arguments of the process and sets the exit code. */
export async function main(wrapPorts: WrapPorts = plainPorts): Promise<void> {
	for (const stream of [process.stdout, process.stderr]) maskOutput(stream);
	ignoreEpipe(process.stdout, text => process.stderr.write(`${text}\n`));
	ignoreEpipe(process.stderr, () => {});
	const program = new Command('vacate')
		.description('Evacuate a KVM host: live-migrate its guests, including local disks, to other hosts.')
		.version(process.env.VACATE_VERSION ?? 'development')
		.enablePositionalOptions()
		.commandsGroup(commandGroups.help)
		.helpCommand('help [command]', 'Show the help of a command.')
		.showSuggestionAfterError();
	for (const command of commandsWith(wrapPorts)) program.addCommand(command);
	program.addCommand(completeCommand(program), {hidden: true});
	letErrorsCome(program);
	try {
		await program.parseAsync();
	} catch (error) {
		fail(error);
	}
}

/** Reports errors on the command line of every command in the same form as all other errors. */
function letErrorsCome(command: Command, parents: readonly string[] = []): void {
	const path = [...parents, command.name()];
	command.configureOutput({outputError: () => {}}).exitOverride(error => {
		if (error.exitCode === 0 || isHelp(error)) throw error;
		const [message = '', hint = `${path.join(' ')} --help lists commands and options`] = error.message
			.replace(/^error: /, '')
			.split('\n');
		throw new InputError([{message, hint}]);
	});
	for (const one of command.commands) letErrorsCome(one, path);
}

/** A command that only groups others: its help is already printed. */
function isHelp({code}: CommanderError): boolean {
	return code === 'commander.help';
}

/** Reports an error and sets its exit code. */
function fail(error: unknown): void {
	if (error instanceof CommanderError) {
		setExitCode(exitCodeOf({of: 'help', isAskedFor: !isHelp(error)}));
		return;
	}
	process.stderr.write(`${errorText(error)}\n`);
	setExitCode(exitCodeOf({of: 'error', error}));
}
