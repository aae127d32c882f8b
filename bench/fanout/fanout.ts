import {spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {addresses, has, prepare} from './place.ts';
import type {Scale} from './scale.ts';

const hosts = 50;
const commands = 10;
const project = new URL('../../../', import.meta.url).pathname;
const here = join(project, 'bench/fanout');

type Way = {readonly name: string; readonly run: (place: Place) => void};
type Place = {readonly folder: string; readonly inventory: string; readonly env: NodeJS.ProcessEnv};

/**
 * Ten commands on each of fifty hosts: this program against what people use, in turn, in namespaces of its own. Then what
 * 50, 200 and 500 hosts take of this machine, and the round trip of one command. A number is that of the rounds;
 * `--quick` leaves out the slow ones.
 */
export async function main(args: readonly string[]): Promise<void> {
	if (!args.includes('--inside')) return enter(args);
	const folder = mkdtempSync(join(tmpdir(), 'vacate-fanout-'));
	try {
		await prepare(folder);
		const inventory = join(folder, 'hosts.yml');
		const lines = addresses(hosts).map(address => `    ${address}:\n`);
		writeFileSync(inventory, `all:\n  hosts:\n${lines.join('')}`);
		const place = {
			folder,
			inventory,
			env: {...process.env, HOME: join(folder, 'home'), ANSIBLE_PIPELINING: '1', ANSIBLE_GATHERING: 'explicit'},
		};
		compare(place, Number(args.find(arg => /^\d+$/.test(arg)) ?? 3), args.includes('--quick'));
		for (const count of [50, 200, 500]) scale(place, count);
		roundTrip(place);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Runs this again where nothing but loopback is reached, and where all ends with it. */
function enter(args: readonly string[]): void {
	const main = join(project, 'build/bench/main.js');
	const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
	// The shell is the namespace's first process: it takes in those whose parents have gone.
	const inside = ['sh', '-c', '"$@"; exit $?', 'sh', process.execPath, main, 'fanout', '--inside', ...args];
	const {status} = spawnSync('unshare', [...own, ...inside], {stdio: 'inherit'});
	process.exitCode = status ?? 1;
}

const vacate: Way = {
	name: 'vacate',
	run({folder, inventory, env}) {
		const program = join(project, 'dist/vacate.js');
		must(process.execPath, [program, 'run', '-f', '50', '-i', inventory, join(here, 'command.yml')], {
			cwd: folder,
			env,
		});
	},
};

const others: readonly Way[] = [
	{name: 'the floor: one ssh a host, ten lines', run: shell('floor.sh')},
	...(has('clush') ? [{name: 'clush, control masters', run: shell('clush.sh')}] : []),
];

/** Debian's package puts the strategies among Ansible's own. */
const debiansMitogen = '/usr/lib/python3/dist-packages/ansible/plugins/strategy/mitogen_linear.py';

const slow: readonly Way[] = has('ansible-playbook')
	? [
			{name: 'Ansible raw', run: ansible('raw.yml', {})},
			{name: 'Ansible command', run: ansible('command.yml', {})},
			...(existsSync(debiansMitogen)
				? [{name: 'Ansible command, mitogen', run: ansible('command.yml', {ANSIBLE_STRATEGY: 'mitogen_linear'})}]
				: []),
		]
	: [];

function ansible(playbook: string, settings: NodeJS.ProcessEnv): Way['run'] {
	return ({folder, inventory, env}) =>
		must('ansible-playbook', ['-f', '50', '-i', inventory, join(here, playbook)], {
			cwd: folder,
			env: {...env, ...settings, ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=10s'},
		});
}

function shell(script: string): Way['run'] {
	return ({folder, env}) => must('sh', [join(here, script), ...addresses(hosts)], {cwd: folder, env});
}

/** Runs a program to its end, and not to that of what it leaves behind with its outputs open. */
function must(program: string, args: readonly string[], options: {cwd: string; env: NodeJS.ProcessEnv}): string {
	const file = join(options.cwd, 'output');
	const output = openSync(file, 'w');
	const {status} = spawnSync(program, args, {...options, stdio: ['ignore', output, output], timeout: 300_000});
	closeSync(output);
	const text = readFileSync(file, 'utf8');
	if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${text}`);
	return text;
}

/** Ratios are taken round by round, as the machine's speed drifts. */
function compare(place: Place, rounds: number, quick: boolean): void {
	const ways = [vacate, ...others, ...(quick ? [] : slow)];
	const seconds = new Map(ways.map(({name}) => [name, [] as number[]]));
	// The first finds caches cold that no other will.
	vacate.run(place);
	for (let round = 1; round <= rounds; round++) {
		for (const {name, run} of ways) {
			const begun = performance.now();
			run(place);
			const took = (performance.now() - begun) / 1000;
			seconds.get(name)?.push(took);
			process.stdout.write(`round ${round}  ${name.padEnd(38)} ${took.toFixed(2)} s\n`);
			// Masters of the others end by themselves; none may serve the next round.
			spawnSync('pkill', ['-f', 'ssh: .*\\[mux\\]'], {stdio: 'ignore'});
		}
	}
	const own = seconds.get(vacate.name) ?? [];
	process.stdout.write(`\n${hosts} hosts, ${commands} commands each\nmedian  against vacate, round by round\n`);
	for (const [name, times] of seconds) {
		const ratios = times.map((time, round) => time / (own[round] ?? Number.NaN)).sort((a, b) => a - b);
		const range = `${middle(ratios).toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`;
		process.stdout.write(
			`${middle([...times].sort((a, b) => a - b))
				.toFixed(2)
				.padStart(5)} s  ${range.padEnd(24)} ${name}\n`,
		);
	}
}

function scale(place: Place, count: number): void {
	const {seconds, cpuSeconds, peakMiB, stallMs} = child(place, String(count));
	process.stdout.write(
		`${String(count).padStart(4)} hosts: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU here, ` +
			`${peakMiB.toFixed(0)} MiB at the peak, longest stall ${stallMs.toFixed(0)} ms\n`,
	);
}

function roundTrip(place: Place): void {
	const {tripMs = Number.NaN, masterMs = Number.NaN} = child(place, 'trip');
	const ratio = (masterMs / tripMs).toFixed(1);
	process.stdout.write(
		`\none true: ${tripMs.toFixed(2)} ms; OpenSSH with a control master ${masterMs.toFixed(2)} ms: ${ratio} times\n`,
	);
}

function child({folder, env}: Place, what: string): Scale {
	const program = join(project, 'build/bench/fanout/scale.js');
	return JSON.parse(must(process.execPath, [program, what], {cwd: folder, env}));
}

function middle(sorted: readonly number[]): number {
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
