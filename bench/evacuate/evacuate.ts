import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {down} from '../../src/lab/down.ts';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {Lab} from '../../src/lab/state.ts';
import {up} from '../../src/lab/up.ts';
import {demand} from '../../src/shell/demand.ts';

const guests = Array.from({length: 10}, (_, index) => `bench${index + 1}`);
const plan = {name: 'vbench', dir: '/var/tmp/vacate-bench', subnet: '10.79.0', hosts: 2};
const project = new URL('../../../', import.meta.url).pathname;
const here = join(project, 'bench/evacuate');

type Way = {readonly name: string; readonly run: (lab: Lab, folder: string) => void};

/**
 * Ten guests from one host to another: this program against what people use. All in one go, in turn.
 * `--quick` leaves out the slow ones, `--install` gets Ansible, a number is that of the rounds.
 */
export async function main(args: readonly string[]): Promise<void> {
	const rounds = Number(args.find(arg => /^\d+$/.test(arg)) ?? 3);
	const folder = mkdtempSync(join(tmpdir(), 'vacate-bench-'));
	const quick = args.includes('--quick');
	const ways = [vacate, parallel, ...(quick ? [] : [sequential]), ...(!quick && hasAnsible(args) ? [ansible] : [])];
	const seconds = new Map(ways.map(({name}) => [name, [] as number[]]));
	try {
		const lab = await up(plan, {install: args.includes('--install')});
		// The first move of all finds caches cold that no other will.
		await freshGuests(lab);
		parallel.run(lab, folder);
		for (let round = 1; round <= rounds; round++) {
			for (const way of ways) {
				await freshGuests(lab);
				const begun = performance.now();
				way.run(lab, folder);
				const took = (performance.now() - begun) / 1000;
				seconds.get(way.name)?.push(took);
				process.stdout.write(`round ${round}  ${way.name.padEnd(28)} ${took.toFixed(2)} s\n`);
			}
		}
	} finally {
		await down(plan);
	}
	report(seconds, overheads(folder));
	rmSync(folder, {recursive: true, force: true});
}

const vacate: Way = {
	name: 'vacate',
	run(lab, folder) {
		const program = join(project, 'dist/vacate.js');
		must(process.execPath, [program, 'run', '-i', lab.inventory, join(here, 'vacate.yml')], {cwd: folder});
	},
};

const sequential: Way = {
	name: 'shell, one at a time',
	run: lab => must('sh', [join(here, 'sequential.sh')], {env: shellEnv(lab)}),
};

const parallel: Way = {
	name: 'shell, ten at once by hand',
	run: lab => must('sh', [join(here, 'parallel.sh')], {env: shellEnv(lab)}),
};

const ansible: Way = {
	name: 'Ansible, pipelining',
	run(lab) {
		const env = {
			...process.env,
			ANSIBLE_PIPELINING: '1',
			ANSIBLE_FORKS: '20',
			ANSIBLE_SSH_ARGS: '-o ControlMaster=auto -o ControlPersist=60s',
		};
		must('ansible-playbook', ['-i', lab.inventory, join(here, 'ansible.yml')], {env});
	},
};

function shellEnv(lab: Lab): NodeJS.ProcessEnv {
	const [source, destination] = lab.machines.map(({address}) => address);
	return {...process.env, KEY: lab.key, KNOWN_HOSTS: lab.knownHosts, SOURCE: source, DESTINATION: destination};
}

function must(
	program: string,
	args: readonly string[],
	options: {readonly cwd?: string; readonly env?: NodeJS.ProcessEnv},
): void {
	const {status, stdout, stderr} = spawnSync(program, args, {...options, encoding: 'utf8'});
	if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${stdout}\n${stderr}`);
}

function hasAnsible(args: readonly string[]): boolean {
	if (args.includes('--install') && !existsSync('/usr/bin/ansible-playbook')) {
		execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'ansible-core'], {stdio: 'ignore'});
	}
	if (existsSync('/usr/bin/ansible-playbook')) return true;
	process.stdout.write('Ansible is not here (--install gets it from Debian): not measured\n');
	return false;
}

/** Ends what the round before left on both hosts, and makes the ten guests anew on the first. */
async function freshGuests(lab: Lab): Promise<void> {
	const shell = labShell(lab);
	const script = `for guest in ${guests.join(' ')}; do virsh -q destroy $guest; virsh -q undefine $guest; done 2>/dev/null; rm -f ${imageFolder}/*`;
	for (const host of ['kvm1', 'kvm2']) await shell.run({host, argv: ['sh', '-c', script], effect: 'write'});
	for (const name of guests) await createGuest(lab, 'kvm1', guestPlan(name));
	await demand(shell, {host: 'kvm1', argv: ['virsh', 'list', '--name'], effect: 'read'});
}

/** For each guest: the whole of its move less the bare virsh migrate, in milliseconds. */
function overheads(folder: string): readonly number[] {
	const runs = join(folder, '.vacate/runs');
	return readdirSync(runs).flatMap(run => {
		const lines = (file: string) =>
			readFileSync(join(runs, run, file), 'utf8')
				.trim()
				.split('\n')
				.map(line => JSON.parse(line));
		const records = lines('journal.jsonl');
		const bare = new Map(
			lines('commands.jsonl')
				.filter(({argv}) => argv.includes('migrate'))
				.map(({argv, durationMs}) => [argv[argv.indexOf('--domain') + 1], durationMs]),
		);
		return records
			.filter(({type, step}) => type === 'started' && step === 'migrate')
			.map(started => {
				const ended = records.find(({type, id}) => type === 'succeeded' && id === started.id);
				return ended.at - started.at - bare.get(started.action.move.uuid);
			});
	});
}

/** Ratios are taken round by round, as the machine's speed drifts. */
function report(seconds: ReadonlyMap<string, readonly number[]>, overhead: readonly number[]): void {
	const own = seconds.get(vacate.name) ?? [];
	process.stdout.write('\nmedian  against vacate, round by round: median (least to most)\n');
	for (const [name, times] of seconds) {
		const ratios = times.map((time, round) => time / (own[round] ?? Number.NaN)).sort((a, b) => a - b);
		const [least = Number.NaN] = ratios;
		const range = `${median(ratios).toFixed(2)} (${least.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})`;
		process.stdout.write(`${median(times).toFixed(2).padStart(5)} s  ${range.padStart(20)}  ${name}\n`);
	}
	process.stdout.write(
		`\nover the bare virsh migrate: ${Math.round(median(overhead))} ms a guest (median; ten moved at once)\n`,
	);
}

function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
