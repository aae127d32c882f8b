import test from 'ava';
import {
	CommandError,
	ConnectionLostError,
	exitCodes,
	InputError,
	InterruptedError,
	JournalError,
	PrerequisiteError,
	StepError,
	StuckError,
	UnreachableError,
} from '../src/errors.ts';
import {type CommandOutcome, exitCodeOf} from '../src/exit-code.ts';

type Row = {readonly when: string; readonly outcome: CommandOutcome; readonly code: number};

const command = {host: 'kvm1', argv: ['virsh'], ending: 'exit code 1', stdout: '', stderr: ''};
const run = {
	of: 'run',
	isStuck: false,
	isInterrupted: false,
	failedHosts: 0,
	hasWritten: false,
	hasRolledBack: false,
} as const;
const undo = {of: 'undo', isStuck: false, isInterrupted: false} as const;

const rows: readonly Row[] = [
	{when: 'a run did everything', outcome: {...run, hasWritten: true}, code: exitCodes.done},
	{when: 'a plan is approved', outcome: {of: 'approvals', isApproved: true}, code: exitCodes.done},
	{
		when: 'plans differ and that was asked for',
		outcome: {of: 'diff', differs: true, isAskedFor: true},
		code: exitCodes.differs,
	},
	{when: 'plans differ', outcome: {of: 'diff', differs: true, isAskedFor: false}, code: exitCodes.done},
	{when: 'plans are equal', outcome: {of: 'diff', differs: false, isAskedFor: true}, code: exitCodes.done},
	{when: 'evidence is whole', outcome: {of: 'evidence', isWhole: true}, code: exitCodes.done},
	{when: 'evidence was changed', outcome: {of: 'evidence', isWhole: false}, code: exitCodes.prerequisite},
	{when: 'a plan lacks an approval', outcome: {of: 'approvals', isApproved: false}, code: exitCodes.prerequisite},
	{when: 'a run had nothing to do', outcome: run, code: exitCodes.done},
	{when: 'a host failed before anything was written', outcome: {...run, failedHosts: 1}, code: exitCodes.prerequisite},
	{
		when: 'a host failed after something was written, and that was rolled back',
		outcome: {...run, failedHosts: 1, hasWritten: true, hasRolledBack: true},
		code: exitCodes.undone,
	},
	{
		when: 'guests stay, and nothing had to be rolled back',
		outcome: {...run, failedHosts: 1, hasWritten: true},
		code: exitCodes.incomplete,
	},
	{
		when: 'a run was interrupted, whether or not a host failed',
		outcome: {...run, isInterrupted: true, failedHosts: 1, hasWritten: true},
		code: exitCodes.interrupted,
	},
	{
		when: 'a run is stuck, whatever else happened',
		outcome: {...run, isStuck: true, isInterrupted: true, failedHosts: 2, hasWritten: true},
		code: exitCodes.stuck,
	},
	{when: 'a run was undone', outcome: undo, code: exitCodes.done},
	{when: 'an undo was interrupted', outcome: {...undo, isInterrupted: true}, code: exitCodes.interrupted},
	{when: 'an undo is stuck', outcome: {...undo, isStuck: true, isInterrupted: true}, code: exitCodes.stuck},
	{when: 'a plan does everything', outcome: {of: 'plan', isComplete: true}, code: exitCodes.done},
	{when: 'a plan leaves something out', outcome: {of: 'plan', isComplete: false}, code: exitCodes.prerequisite},
	{when: 'every host gave its facts', outcome: {of: 'facts', silentHosts: 0}, code: exitCodes.done},
	{when: 'a host gave no facts', outcome: {of: 'facts', silentHosts: 1}, code: exitCodes.prerequisite},
	{when: 'the help was asked for', outcome: {of: 'help', isAskedFor: true}, code: exitCodes.done},
	{when: 'the command line names no command', outcome: {of: 'help', isAskedFor: false}, code: exitCodes.input},
	{when: 'a command in the lab failed', outcome: {of: 'lab-command', code: 255}, code: 255},
	{when: 'a signal ended a command in the lab', outcome: {of: 'lab-command', code: null}, code: 1},
	{when: 'nothing was left to do', outcome: {of: 'nothing'}, code: exitCodes.done},
	...errorRows([
		[new InputError([{message: 'wrong'}]), exitCodes.input],
		[new PrerequisiteError('no root'), exitCodes.prerequisite],
		[new UnreachableError('kvm1', 'no route'), exitCodes.prerequisite],
		[Object.assign(new Error('EACCES'), {syscall: 'mkdir'}), exitCodes.prerequisite],
		[new StepError('it failed'), exitCodes.undone],
		[new CommandError(command), exitCodes.undone],
		[new StuckError('two copies', []), exitCodes.stuck],
		[new JournalError('disk full'), exitCodes.stuck],
		[new ConnectionLostError('kvm1', ['virsh'], 'reset'), exitCodes.stuck],
		[new InterruptedError(), exitCodes.interrupted],
		[new TypeError('oops'), exitCodes.bug],
		['no error at all', exitCodes.bug],
	]),
];

function errorRows(errors: readonly (readonly [unknown, number])[]): readonly Row[] {
	return errors.map(([error, code]) => ({when: `it ends with ${error}`, outcome: {of: 'error', error}, code}));
}

for (const {when, outcome, code} of rows) {
	test(`exit code ${code} when ${when}`, t => {
		t.is(exitCodeOf(outcome), code);
	});
}
