import {setMaxListeners} from 'node:events';
import type {ExecutionContext} from 'ava';
import type {Event} from '../../src/engine/events.ts';
import {runPlaybook} from '../../src/engine/run.ts';
import type {RunInput} from '../../src/engine/run-state.ts';
import {matchHosts} from '../../src/inventory/patterns.ts';
import {varsOf} from '../../src/inventory/vars-file.ts';
import {peersOf} from '../../src/plan/peers.ts';
import type {Files} from '../../src/playbook/files.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import type {Command} from '../../src/shell/command.ts';
import type {Outcome, RunOptions, Shell} from '../../src/shell/shell.ts';
import {steps} from '../../src/steps/index.ts';
import {closedVault} from '../../src/vault/vault.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {inventoryOf} from './inventory.ts';
import {MemoryJournal, worldOf} from './rig.ts';

const inventory = inventoryOf('all: {children: {compute: {hosts: {kvm1: , kvm2: , kvm3: {rack: b}}}}}');

type Scene = {
	readonly shell?: Shell;
	readonly forks?: number;
	readonly given?: Readonly<Record<string, unknown>>;
	readonly signal?: AbortSignal;
	/** Files that the playbook names. */
	readonly files?: Readonly<Record<string, string>>;
	readonly input?: Partial<RunInput>;
};

/** Runs a playbook’s text on fake hosts, and gives what it came to and what it told. */
export async function run(
	text: string,
	{shell = new Echo(), forks = 5, given = {}, signal, files = {}, input = {}}: Scene = {},
) {
	const events: Event[] = [];
	const journal = new MemoryJournal();
	const never = new AbortController().signal;
	setMaxListeners(0, never);
	const recap = await runPlaybook({
		run: 'test',
		playbook: readPlaybook(parseYaml('play.yml', text), steps, filesOf(files)),
		inventory,
		steps,
		given,
		world: worldOf(shell),
		journal,
		emit: event => events.push(event),
		forks,
		peer: peersOf(inventory, given),
		hostsOf: pattern => matchHosts(inventory, pattern),
		mark: id => id.replace(/\W/g, '').slice(-8),
		signal: signal ?? never,
		undoSignal: never,
		random: () => 0,
		...input,
	});
	const told = events.flatMap(event =>
		event.type === 'action-ended'
			? [
					`${event.action.id} ${event.outcome}${event.reason ? `: ${event.reason}` : ''}${event.failure ? `: ${event.failure.message}` : ''}`,
				]
			: [],
	);
	const said = events.flatMap(event =>
		event.type === 'action-ended' && event.result?.msg !== undefined ? [event.result.msg] : [],
	);
	return {recap, told, said, events, journal};
}

/** Hosts whose only command is one that says its arguments, and exits as its first argument tells. */
export class Echo implements Shell {
	readonly ran: string[] = [];
	most = 0;
	#running = 0;

	async run({host, argv}: Command, _options?: RunOptions): Promise<Outcome> {
		this.#running += 1;
		this.most = Math.max(this.most, this.#running);
		await new Promise(resolve => setImmediate(resolve));
		this.#running -= 1;
		this.ran.push(`${host}: ${argv.join(' ')}`);
		const [program, ...rest] = argv;
		const code = program === 'fail' || rest.includes(`unless-${this.ran.length}`) ? 1 : 0;
		return {end: 'exited', code, stdout: `${rest.join(' ')}\n`, stderr: code === 0 ? '' : 'no luck\n', durationMs: 1};
	}

	async close(): Promise<void> {}
}

export function same(t: ExecutionContext, actual: readonly unknown[], expected: readonly unknown[]): void {
	t.deepEqual([...actual], [...expected]);
}

/** Files in memory. */
export function filesOf(texts: Readonly<Record<string, string>>): Files {
	return {
		find: (file, folders) =>
			folders.map(folder => `${folder}/${file}`.replace(/^\.\//, '')).find(path => path in texts),
		text: path => texts[path] ?? '',
		read: path => parseYaml(path, texts[path] ?? ''),
		readVars: path => varsOf(path, texts[path] ?? '', closedVault),
	};
}

/** What was done, without what tells why: `task@host outcome`. */
export function done(told: readonly string[]): readonly string[] {
	return told.map(line => line.split(':')[0] ?? '');
}
