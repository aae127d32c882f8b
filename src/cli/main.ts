import {Command, CommanderError} from 'commander';
import {InputError} from '../errors.ts';
import {exitCodeOf} from '../exit-code.ts';
import {errorText} from '../views/error-text.ts';
import {ignoreEpipe} from '../views/ignore-epipe.ts';
import {abortCommand} from './commands/abort.ts';
import {applyCommand} from './commands/apply.ts';
import {approvalsCommand} from './commands/approvals.ts';
import {approveCommand} from './commands/approve.ts';
import {ciCommand} from './commands/ci.ts';
import {completeCommand} from './commands/complete.ts';
import {completionCommand} from './commands/completion.ts';
import {cordonCommand} from './commands/cordon.ts';
import {diffCommand} from './commands/diff.ts';
import {disksCommand} from './commands/disks.ts';
import {docCommand} from './commands/doc.ts';
import {evidenceCommand} from './commands/evidence.ts';
import {factsCommand} from './commands/facts.ts';
import {initCommand} from './commands/init.ts';
import {inventoryCommand} from './commands/inventory.ts';
import {labCommand} from './commands/lab.ts';
import {planCommand} from './commands/plan.ts';
import {reportCommand} from './commands/report.ts';
import {resumeCommand} from './commands/resume.ts';
import {returnCommand} from './commands/return.ts';
import {runCommand} from './commands/run.ts';
import {sealCommand} from './commands/seal.ts';
import {showCommand} from './commands/show.ts';
import {statusCommand} from './commands/status.ts';
import {uncordonCommand} from './commands/uncordon.ts';
import {undoCommand} from './commands/undo.ts';
import {validateCommand} from './commands/validate.ts';
import {setExitCode} from './exit.ts';
import {plainPorts, type WrapPorts} from './ports.ts';
import {maskOutput} from './terminal/mask-output.ts';

/** All commands; `wrapPorts` is for those that change hosts. */
const commandsWith = (wrapPorts: WrapPorts) => [
	initCommand(),
	validateCommand(),
	inventoryCommand(),
	factsCommand(),
	planCommand(),
	showCommand(),
	diffCommand(),
	sealCommand(),
	approveCommand(),
	approvalsCommand(),
	applyCommand(wrapPorts),
	runCommand(wrapPorts),
	resumeCommand(wrapPorts),
	undoCommand(wrapPorts),
	returnCommand(wrapPorts),
	abortCommand(),
	statusCommand(),
	reportCommand(),
	evidenceCommand(),
	disksCommand(wrapPorts),
	cordonCommand(wrapPorts),
	uncordonCommand(wrapPorts),
	ciCommand(),
	docCommand(),
	labCommand(),
	completionCommand(),
];

/** The command line: runs the command in the arguments of the process and sets the exit code. */
export async function main(wrapPorts: WrapPorts = plainPorts): Promise<void> {
	for (const stream of [process.stdout, process.stderr]) maskOutput(stream);
	ignoreEpipe(process.stdout, text => process.stderr.write(`${text}\n`));
	ignoreEpipe(process.stderr, () => {});
	const program = new Command('vacate')
		.description('Evacuate a KVM host: live-migrate its guests, including local disks, to other hosts.')
		.version(process.env.VACATE_VERSION ?? 'development')
		.enablePositionalOptions()
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
