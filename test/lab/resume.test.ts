import type {ChildProcess} from 'node:child_process';
import {existsSync} from 'node:fs';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vres', '10.98.0', 3);
const runs = () => join(rig.folder, '.vacate/runs');

async function lastRun(): Promise<string> {
	return (await readdir(runs())).sort().at(-1) ?? '';
}

/** Until the journal of the newest run, which was not there before, holds a text. */
async function written(before: string, text: string): Promise<void> {
	for (let left = 3000; left > 0; left--) {
		const run = existsSync(runs()) ? await lastRun() : before;
		const journal = run === before ? '' : await readFile(join(runs(), run, 'journal.jsonl'), 'utf8').catch(() => '');
		if (journal.includes(text)) return;
		await wait(10);
	}
	throw new Error(`the journal never held ${text}`);
}

async function killedAt(text: string, delayMs: number, ...args: readonly string[]): Promise<ChildProcess> {
	const before = existsSync(runs()) ? await lastRun() : '';
	const child = rig.start('run', ...args);
	const end = ended(child);
	await written(before, text);
	await wait(delayMs);
	child.kill('SIGKILL');
	await end;
	return child;
}

const evacuate = (mode: string) => `
- hosts: kvm1
  tasks:
    - command: {argv: [sh, -c, 'echo once >> /tmp/once']}
    - evacuate: {to: 'kvm2,kvm3', migrate: {mode: ${mode}}}
`;

for (const [mode, delays] of [
	['p2p', [0, 150, 600, 1200]],
	['managed', [100, 800]],
] as const) {
	for (const delayMs of delays) {
		test.serial(`${mode}: the controller is killed ${delayMs} ms into the moves, and resume ends the run`, async t => {
			const names = [1, 2, 3].map(index => `${mode}${delayMs}n${index}`);
			for (const name of names) await createGuest(rig.lab, 'kvm1', guestPlan(name));
			const file = await rig.playbook('resume', evacuate(mode));
			await killedAt('"step":"migrate"', delayMs, file);
			const status = await rig.vacate('status', 'last');
			t.is(status.code, 0, status.stderr);
			t.regex(status.stdout, /The run died with .* To finish it: vacate resume/);
			for (const name of names) t.regex(status.stdout, new RegExp(`kvm1 +${name} to kvm[23] .* on kvm[123]`));
			const resumed = await rig.vacate('resume', 'last');
			t.is(resumed.code, 0, `${resumed.stdout}${resumed.stderr}`);
			for (const name of names) {
				const guest = await rig.guest(name);
				t.not(guest.active[0], 'kvm1', `${name}: ${resumed.stdout}`);
				unharmed(t, guest, guest.active[0] ?? '');
			}
			const files = [...(await rig.images('kvm2')), ...(await rig.images('kvm3'))];
			t.deepEqual(
				files.filter(file => file.includes('.vacate-')),
				[],
			);
			const again = await rig.vacate('resume', 'last');
			t.is(again.code, 0);
			t.regex(again.stdout, /nothing to do/);
		});
	}
}

test.serial('undo takes the guests of a run back to where they were', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('back1'));
	const file = await rig.playbook('undo', '- hosts: kvm1\n  tasks:\n    - migrate: {guest: back1, to: kvm2}\n');
	t.is((await rig.vacate('run', file)).code, 0);
	const undone = await rig.vacate('undo', 'last');
	t.is(undone.code, 0, `${undone.stdout}${undone.stderr}`);
	unharmed(t, await rig.guest('back1'), 'kvm1');
});

test.serial(
	'abort from another terminal ends a run cleanly; a second run is refused as long as the first lives',
	async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan('held1'));
		const file = await rig.playbook(
			'held',
			'- hosts: kvm1\n  tasks:\n    - qemu_img_create: {path: /var/lib/libvirt/images/held.qcow2, size: 1 MiB}\n    - command: {argv: [sleep, "60"]}\n',
		);
		const before = await lastRun();
		const first = rig.start('run', file);
		const end = ended(first);
		await written(before, '"step":"command"');
		const other = await rig.playbook('other', '- hosts: kvm1\n  tasks:\n    - migrate: {guest: held1, to: kvm2}\n');
		const run = await lastRun();
		const second = await rig.vacate('run', other);
		t.is(second.code, 3, second.stdout);
		t.regex(second.stdout, new RegExp(`another run is changing kvm1: run ${run} of .*, since `));
		unharmed(t, await rig.guest('held1'), 'kvm1');
		const live = await rig.vacate('status', run);
		t.regex(live.stdout, /The run is in progress. To stop it: vacate abort/);
		t.is((await rig.vacate('resume', run)).code, 3);
		const aborted = await rig.vacate('abort', run);
		t.is(aborted.code, 0, aborted.stderr);
		t.is((await end).code, 130);
		t.false((await rig.images('kvm1')).includes('held.qcow2'));
		t.is((await rig.vacate('run', other)).code, 0);
		unharmed(t, await rig.guest('held1'), 'kvm2');
		t.is((await rig.vacate('abort', run)).code, 3);
	},
);

test.serial(
	'a command is killed, its playbook changed: nothing is touched, and a person says what became of it',
	async t => {
		const text = '- hosts: kvm1\n  tasks:\n    - command: {argv: [sleep, "60"]}\n';
		const file = await rig.playbook('changed', text);
		await killedAt('"step":"command"', 100, file);
		const unknown = await rig.vacate('resume', 'last');
		t.is(unknown.code, 5, unknown.stdout);
		t.regex(unknown.stdout, /command on kvm1 was started, and its outcome is unknown/);
		await writeFile(file, '- hosts: kvm1\n  tasks:\n    - command: {argv: [sleep, "1"]}\n');
		const changed = await rig.vacate('resume', 'last');
		t.is(changed.code, 2);
		t.regex(changed.stderr, /has changed since/);
		await writeFile(file, text);
		const action = 'play1.task1@kvm1';
		t.regex((await rig.vacate('status', 'last')).stdout, new RegExp(`vacate resume \\S+ --skip ${action} --reason`));
		const skipped = await rig.vacate('resume', 'last', '--skip', action, '--reason', 'the sleep was long enough');
		t.is(skipped.code, 0, skipped.stdout);
		const status = await rig.vacate('status', 'last');
		t.regex(status.stdout, /its outcome was unknown; it is left as it is: said by .*: the sleep was long enough/);
		const known = await rig.vacate('resume', 'last', '--done', action);
		t.is(known.code, 2);
		t.regex(known.stderr, /its end is known: skipped/);
		const wrong = await rig.vacate('status', 'nobody');
		t.is(wrong.code, 2);
		t.regex(wrong.stderr, /run 'nobody' not found/);
	},
);
