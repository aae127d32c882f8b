import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext, TestFn} from 'ava';
import {down} from '../../src/lab/down.ts';
import {imageFolder} from '../../src/lab/guest-plan.ts';
import type {LabPlan} from '../../src/lab/layout.ts';
import {filesOf, type GuestReading, readGuests} from '../../src/lab/readings.ts';
import type {Lab} from '../../src/lab/state.ts';
import {up} from '../../src/lab/up.ts';

const program = new URL('../../src/cli/bin.js', import.meta.url).pathname;

const needsInventory: ReadonlySet<string> = new Set([
	...['run', 'plan', 'facts', 'disks', 'cordon', 'uncordon', 'abort --host'],
]);

export type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** A lab of a test file's own, and a folder to work in. */
export class LabRig {
	#lab: Lab | undefined;
	#folder = '';

	private constructor(private readonly plan: LabPlan) {}

	/** Makes the lab before the file's tests and takes it away after them, also when they fail. */
	static for(test: TestFn, name: string, subnet: string, hosts: number): LabRig {
		const plan = {name, dir: `/var/tmp/vacate-test-${name}`, subnet, hosts};
		const rig = new LabRig(plan);
		test.serial.before('the lab comes up', async () => {
			rig.#folder = await mkdtemp(join(tmpdir(), 'vacate-'));
			// What a run of these tests that was killed has left.
			await down(plan);
			await rig.up();
		});
		test.after.always('the lab goes down', async () => {
			await down(plan);
			await rm(rig.#folder, {recursive: true, force: true});
		});
		return rig;
	}

	/** Makes the lab if it is not there. */
	async up(): Promise<void> {
		this.#lab = await up(this.plan, {install: false});
	}

	get lab(): Lab {
		if (this.#lab === undefined) throw new Error('the lab is not up');
		return this.#lab;
	}

	get folder(): string {
		return this.#folder;
	}

	/** Runs the program as a person would, with the lab as its inventory. */
	async vacate(...args: readonly string[]): Promise<Ended> {
		return ended(this.start(...args));
	}

	start(...args: readonly string[]): ChildProcess {
		const inventory =
			needsInventory.has(args[0] ?? '') || needsInventory.has(args.slice(0, 2).join(' '))
				? ['-i', this.lab.inventory]
				: [];
		return spawn(process.execPath, [program, ...args, ...inventory], {
			cwd: this.#folder,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
	}

	/** Writes a playbook, and gives its path. */
	async playbook(name: string, text: string): Promise<string> {
		const file = join(this.#folder, `${name}.yml`);
		await writeFile(file, text);
		return file;
	}

	async guest(name: string): Promise<GuestReading> {
		const reading = (await readGuests(this.lab)).find(guest => guest.name === name);
		if (reading === undefined) throw new Error(`no host of the lab knows ${name}`);
		return reading;
	}

	/** What lies in the image folder of a host. */
	images(host: string): Promise<readonly string[]> {
		const machine = this.lab.machines.find(({name}) => name === host);
		if (machine === undefined) throw new Error(`no host ${host}`);
		return filesOf(machine, imageFolder);
	}
}

/** No run of these tests takes so long, in milliseconds: it hangs, and what it has said tells where. */
const patienceMs = 200_000;

export async function ended(child: ChildProcess): Promise<Ended> {
	let stdout = '';
	let stderr = '';
	child.stdout?.on('data', chunk => {
		stdout += chunk;
	});
	child.stderr?.on('data', chunk => {
		stderr += chunk;
	});
	const limit = setTimeout(() => {
		stderr += `\nkilled by the test: it has not ended in ${patienceMs / 1000} s`;
		child.kill('SIGKILL');
	}, patienceMs);
	const code = await new Promise<number | null>(resolve => child.on('close', resolve));
	clearTimeout(limit);
	return {code, stdout, stderr};
}

/** A guest of the lab runs on one host, has never been restarted, and has lost neither a tick nor a write. */
export function unharmed(t: ExecutionContext, guest: GuestReading, host: string): void {
	t.deepEqual(guest.active, [host], `${guest.name} runs on ${host} and nowhere else`);
	t.false(guest.restarted, `${guest.name} was never restarted`);
	t.is(guest.missing, 0, `${guest.name} lost no tick`);
	t.true(
		(guest.onDisk ?? 0) >= guest.written,
		`${guest.name} lost no write: ${guest.onDisk} on disk, ${guest.written} written`,
	);
}
