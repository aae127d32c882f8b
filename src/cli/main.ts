import {Command, CommanderError} from 'commander';
import {InputError} from '../errors.ts';
import {outliveReader} from '../views/closed-output.ts';
import {errorText, exitCodeOf} from '../views/error-text.ts';
import {abortCommand} from './abort.ts';
import {applyCommand} from './apply.ts';
import {diffCommand} from './diff.ts';
import {docCommand} from './doc.ts';
import {factsCommand} from './facts.ts';
import {initCommand} from './init.ts';
import {inventoryCommand} from './inventory.ts';
import {labCommand} from './lab.ts';
import {planCommand} from './plan.ts';
import {resumeCommand, undoCommand} from './resume.ts';
import {runCommand} from './run.ts';
import {sealCommand} from './seal.ts';
import {showCommand} from './show.ts';
import {statusCommand} from './status.ts';
import {validateCommand} from './validate.ts';

outliveReader(process.stdout, text => process.stderr.write(`${text}\n`));
outliveReader(process.stderr, () => {});

const program = new Command('vacate')
	.description('Empties a KVM host: moves its guests to others, live, with their disks.')
	.version(process.env.VACATE_VERSION ?? 'development')
	.exitOverride()
	.configureOutput({outputError: () => {}})
	.enablePositionalOptions()
	.showSuggestionAfterError();

const commands = [
	initCommand(),
	validateCommand(),
	inventoryCommand(),
	factsCommand(),
	planCommand(),
	showCommand(),
	diffCommand(),
	sealCommand(),
	applyCommand(),
	runCommand(),
	resumeCommand(),
	undoCommand(),
	abortCommand(),
	statusCommand(),
	docCommand(),
	labCommand(),
];
for (const command of commands) {
	program.addCommand(command.exitOverride().configureOutput({outputError: () => {}}));
}

try {
	await program.parseAsync();
} catch (error) {
	fail(error);
}

/** Tells an error and sets the exit code that it stands for. */
function fail(error: unknown): void {
	if (error instanceof CommanderError) {
		if (error.exitCode === 0) return;
		const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
		fail(new InputError([{message, ...(hint === undefined ? {hint: 'vacate --help lists what there is'} : {hint})}]));
		return;
	}
	process.stderr.write(`${errorText(error)}\n`);
	process.exitCode = exitCodeOf(error);
}
