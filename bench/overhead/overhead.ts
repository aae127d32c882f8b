import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {down} from '../../src/lab/down.ts';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {Lab} from '../../src/lab/state.ts';
import {up} from '../../src/lab/up.ts';

const plan = {name: 'vover', dir: '/var/tmp/vacate-overhead', subnet: '10.109.0', hosts: 2};
const program = new URL('../../../dist/vacate.js', import.meta.url).pathname;

/** The first move opens the connections and tries the way; the second one is measured. */
const playbook = `- hosts: kvm1
  tasks:
    - migrate: {guest: first, to: kvm2}
    - migrate: {guest: second, to: kvm2}
`;

type Line = {
	readonly at: number;
	readonly durationMs: number;
	readonly host: string;
	readonly argv: readonly string[];
};

/** What a move of one guest takes beside its `virsh migrate`, and for what. A number is that of the rounds. */
export async function main(args: readonly string[]): Promise<void> {
	const rounds = Number(args.find(arg => /^\d+$/.test(arg)) ?? 5);
	const parts = new Map<string, number[]>();
	try {
		const lab = await up(plan, {install: args.includes('--install')});
		for (let round = 1; round <= rounds; round++) {
			for (const [part, ms] of await measure(lab)) parts.set(part, [...(parts.get(part) ?? []), ms]);
		}
	} finally {
		await down(plan);
	}
	for (const [part, values] of parts) {
		process.stdout.write(`${median(values).toFixed(0).padStart(7)} ms  ${part}\n`);
	}
}

async function measure(lab: Lab): Promise<ReadonlyMap<string, number>> {
	const shell = labShell(lab);
	const script = `for guest in first second; do virsh -q destroy $guest; virsh -q undefine $guest; done 2>/dev/null; rm -f ${imageFolder}/*`;
	for (const host of ['kvm1', 'kvm2']) await shell.run({host, argv: ['sh', '-c', script], effect: 'write'});
	for (const name of ['first', 'second']) await createGuest(lab, 'kvm1', guestPlan(name, {memoryMib: 64, diskMib: 64}));
	const folder = mkdtempSync(join(tmpdir(), 'vacate-bench-'));
	try {
		writeFileSync(join(folder, 'play.yml'), playbook);
		const {status, stdout} = spawnSync(process.execPath, [program, 'run', '--yes', '-i', lab.inventory, 'play.yml'], {
			cwd: folder,
			encoding: 'utf8',
		});
		if (status !== 0) throw new Error(stdout);
		return partsOf(folder);
	} finally {
		rmSync(folder, {recursive: true});
	}
}

/** The second move of a run: all of it, virsh migrate, and what lies before and after that, command by command. */
function partsOf(folder: string): ReadonlyMap<string, number> {
	const [run = ''] = readdirSync(join(folder, '.vacate/runs'));
	const lines = (file: string) =>
		readFileSync(join(folder, '.vacate/runs', run, file), 'utf8')
			.trim()
			.split('\n')
			.map(line => JSON.parse(line));
	const records = lines('journal.jsonl');
	const started = records.findLast(({type, step}) => type === 'started' && step === 'migrate');
	const ended = records.find(({type, id}) => type === 'succeeded' && id === started.id);
	const commands: readonly Line[] = lines('commands.jsonl');
	const own = commands.filter(({at}) => at >= started.at && at <= ended.at);
	const bare = own.find(({argv}) => argv.includes('migrate'));
	if (bare === undefined) throw new Error('the second guest did not move');
	const before = own.filter(({at}) => at < bare.at);
	const after = own.filter(({at}) => at >= bare.at + bare.durationMs - 1);
	return new Map([
		['over the bare virsh migrate, in all', ended.at - started.at - bare.durationMs],
		['  before it', bare.at - started.at],
		...before.map(command => [`    ${titleOf(command)}`, command.durationMs] as const),
		['  after it', ended.at - bare.at - bare.durationMs],
		...after.map(command => [`    ${titleOf(command)}`, command.durationMs] as const),
		['the bare virsh migrate', bare.durationMs],
	]);
}

function titleOf({host, argv}: Line): string {
	const words = argv
		.join(' ')
		.replace(/^.*qemu:\/\/\/system /s, 'virsh ')
		.replace(/\s+/g, ' ');
	return `${words.slice(0, 56)} on ${host}`;
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
