import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan, imageFolder} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vplan', '10.110.0', 3);

const evacuate =
	'- hosts: kvm1\n  tasks:\n    - evacuate: {to: "compute:!kvm1", order: name, limits: {per_source: 2, per_destination: 1}}\n';

const file = (name: string) => join(rig.folder, name);

async function virsh(host: string, ...words: readonly string[]): Promise<void> {
	const outcome = await labShell(rig.lab).run({host, argv: ['virsh', '-q', ...words], effect: 'write'});
	if (outcome.end !== 'exited' || outcome.code !== 0) throw new Error(`virsh ${words.join(' ')}: ${outcome.stderr}`);
}

test.serial('a plan from a file of facts is the same twice, byte for byte, and reaches no host', async t => {
	for (const name of ['web1', 'web2', 'db1', 'grown', 'stopped', 'moved', 'disk']) {
		await createGuest(rig.lab, 'kvm1', guestPlan(name));
	}
	const playbook = await rig.playbook('evacuate', evacuate);
	const gathered = await rig.vacate('facts', '-o', file('facts.json'));
	t.is(gathered.code, 0, gathered.stderr);
	for (const name of ['one.yml', 'two.yml']) {
		const {code, stdout, stderr} = await rig.vacate('plan', playbook, '--facts', file('facts.json'), '-o', file(name));
		t.is(code, 0, stdout + stderr);
		t.regex(stdout, /^7 guests move, /m);
	}
	const text = await readFile(file('one.yml'), 'utf8');
	t.is(await readFile(file('two.yml'), 'utf8'), text);
	const shown = await rig.vacate('show', file('one.yml'));
	t.regex(shown.stdout, /kvm1: virsh .* migrate --live/);
	const page = await rig.vacate('show', file('one.yml'), '--html');
	t.regex(page.stdout, /^<!doctype html>/);
});

test.serial('a changed world stops the guests concerned and no others, and a second plan tells them apart', async t => {
	const playbook = file('evacuate.yml');
	const made = await rig.vacate('plan', playbook, '-o', file('plan.yml'));
	t.is(made.code, 0, made.stdout + made.stderr);

	await virsh('kvm1', 'destroy', 'grown');
	await virsh('kvm1', 'setmaxmem', 'grown', '32M', '--config');
	await virsh('kvm1', 'setmem', 'grown', '32M', '--config');
	await virsh('kvm1', 'start', 'grown');
	await virsh('kvm1', 'destroy', 'stopped');
	const moving = await rig.playbook('by-hand', '- hosts: kvm1\n  tasks:\n    - migrate: {guest: moved, to: kvm3}\n');
	const moved = await rig.vacate('run', moving);
	t.is(moved.code, 0, moved.stdout + moved.stderr);
	const image = `${imageFolder}/disk-more.raw`;
	await labShell(rig.lab).run({host: 'kvm1', argv: ['qemu-img', 'create', '-f', 'raw', image, '1M'], effect: 'write'});
	await virsh('kvm1', 'attach-disk', 'disk', image, 'vdx', '--live', '--driver', 'qemu', '--subdriver', 'raw');

	const again = await rig.vacate('plan', playbook, '-o', file('again.yml'));
	t.is(again.code, 0, again.stdout + again.stderr);
	const {stdout: changes} = await rig.vacate('diff', file('plan.yml'), file('again.yml'));
	for (const says of [
		/^grown: memory grew by 16\.0 MiB, to 32\.0 MiB$/m,
		/^stopped no longer moves to kvm\d: the guest is shut off; only running guests are moved$/m,
		/^moved is now on kvm3, previously on kvm1$/m,
		/^disk has a new disk: vdx$/m,
	]) {
		t.regex(changes, says);
	}

	const applied = await rig.vacate('apply', file('plan.yml'));
	t.is(applied.code, 6, applied.stdout + applied.stderr);
	for (const says of [
		/grown has changed since the plan was made: memory: 32 MiB \(planned: 16 MiB\)/,
		/stopped is shut off on kvm1; only a running guest can be moved live/,
		/disk has changed since the plan was made: .*disks: vda, vdx \(planned: vda\)/,
	]) {
		t.regex(applied.stdout, says);
	}
	for (const name of ['web1', 'web2', 'db1']) {
		const guest = await rig.guest(name);
		t.not(guest.active[0], 'kvm1', `${name} has gone`);
		unharmed(t, guest, guest.active[0] ?? '');
	}
	for (const name of ['grown', 'disk']) t.deepEqual((await rig.guest(name)).active, ['kvm1'], `${name} has stayed`);
	t.deepEqual((await rig.guest('moved')).active, ['kvm3']);
});

test.serial('an edited plan is refused until it is sealed again, and a guest that is taken out stays', async t => {
	const text = await readFile(file('again.yml'), 'utf8');
	const made = await rig.vacate('plan', file('evacuate.yml'), '-o', file('edited.yml'));
	t.is(made.code, 0, made.stdout + made.stderr);
	t.not(await readFile(file('edited.yml'), 'utf8'), text, 'the world has changed');
	const edited = (await readFile(file('edited.yml'), 'utf8')).replace(
		/(\n {2}- id: '?play1\.task1@kvm1#disk'?\n)/,
		'$1    skip: month end\n',
	);
	await writeFile(file('edited.yml'), edited);
	const refused = await rig.vacate('apply', file('edited.yml'));
	t.is(refused.code, 3);
	t.regex(refused.stderr, /was changed after it was sealed/);
	const sealed = await rig.vacate('seal', file('edited.yml'));
	t.is(sealed.code, 0, sealed.stderr);
	const applied = await rig.vacate('apply', file('edited.yml'));
	t.is(applied.code, 0, applied.stdout + applied.stderr);
	t.regex(applied.stdout, /skipped in the plan: month end/);
	t.deepEqual((await rig.guest('disk')).active, ['kvm1']);
	t.not((await rig.guest('grown')).active[0], 'kvm1', 'as the new plan says');
});

test.serial('a plan is refused when its playbook has changed since', async t => {
	await rig.playbook('evacuate', `${evacuate}    - debug: more\n`);
	const {code, stderr} = await rig.vacate('apply', file('edited.yml'));
	t.is(code, 3);
	t.regex(stderr, /the playbook changed after .*edited\.yml was made/);
});

test.serial(
	'how fast a guest changes its memory is counted when the playbook says so, and does it no harm',
	async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan('calm', {diskMib: 0}));
		await createGuest(rig.lab, 'kvm1', guestPlan('busy', {diskMib: 0, memoryMib: 64, dirtyUnits: 480}));
		const counting = 'guests: [busy, calm], measure_dirty_rate: true, bandwidth: 4 MiB/s';
		const playbook = await rig.playbook(
			'counting',
			`- hosts: kvm1\n  tasks:\n    - evacuate: {to: "compute:!kvm1", ${counting}}\n`,
		);
		const endless = /^ +busy: it dirties memory faster than it can be sent, so the move does not converge$/m;
		const live = await rig.vacate('plan', playbook, '-o', file('counted.yml'));
		t.is(live.code, 0, live.stdout + live.stderr);
		t.regex(live.stdout, endless);
		t.notRegex(live.stdout, /calm: it dirties/);
		const shown = await rig.vacate('show', file('counted.yml'));
		t.is(shown.code, 0, shown.stderr);
		t.regex(shown.stdout, /busy: the guest dirties \d+ MiB of memory per second, more than can be sent/);
		t.notRegex(shown.stdout, /not checked: the dirty page rate/);

		const gathered = await rig.vacate('facts', '--dirty-rate', '-o', file('counted.json'));
		t.is(gathered.code, 0, gathered.stderr);
		t.regex(await readFile(file('counted.json'), 'utf8'), /"kvm1 dirty-rate [-0-9a-f]+": [1-9]\d{6,}/);
		const offline = await rig.vacate('plan', playbook, '--facts', file('counted.json'), '-o', file('offline.yml'));
		t.is(offline.code, 0, offline.stdout + offline.stderr);
		t.regex(offline.stdout, endless);
		for (const guest of ['busy', 'calm']) unharmed(t, await rig.guest(guest), 'kvm1');

		const faster = await rig.playbook('faster', (await readFile(playbook, 'utf8')).replace('4 MiB', '900 MiB'));
		const made = await rig.vacate('plan', faster, '-o', file('faster-plan.yml'));
		t.notRegex(made.stdout, endless);
		const applied = await rig.vacate('apply', file('faster-plan.yml'));
		t.is(applied.code, 0, applied.stdout + applied.stderr);
		for (const guest of ['busy', 'calm']) t.not((await rig.guest(guest)).active[0], 'kvm1');
	},
);

test.serial(
	'outside its window no move begins; a resume within it moves the guest, and the evidence of both is whole',
	async t => {
		await createGuest(rig.lab, 'kvm1', guestPlan('late1'));
		const playbook = await rig.playbook(
			'window',
			'- hosts: kvm1\n  tasks:\n    - evacuate: {to: "compute:!kvm1", guests: late1, window: {until: "{{ until }}"}}\n',
		);
		const early = await rig.vacate('run', playbook, '--yes', '-e', 'until=2026-01-01T00:00Z', '--ticket', 'CHG1');
		t.is(early.code, 3, early.stdout + early.stderr);
		t.regex(early.stdout, /stays: late1 on kvm1: the window ended at 2026-01-01T00:00Z\n {2}next: .* vacate resume /);
		unharmed(t, await rig.guest('late1'), 'kvm1');
		const status = await rig.vacate('status', 'last', '-e', 'until=2026-01-01T00:00Z');
		t.regex(status.stdout, /late1 waits for the next window\. To continue then: vacate resume /);

		const late = await rig.vacate('resume', 'last', '-e', 'until=2036-01-01T00:00Z');
		t.is(late.code, 0, late.stdout + late.stderr);
		t.not((await rig.guest('late1')).active.join(), 'kvm1');

		const report = await rig.vacate('report', 'last');
		t.regex(report.stdout, /^ {2}begun by .*, ticket CHG1$/m);
		t.regex(report.stdout, /^late1 +kvm1 +kvm[23] +moved /m);
		t.regex(report.stdout, /kvm1: libvirt \d+\.\d+\.\d+, QEMU \d/);
		const written = await rig.vacate('evidence', 'last', '-o', file('evidence.jsonl'));
		t.is(written.code, 0, written.stderr);
		t.is((await rig.vacate('evidence', 'verify', file('evidence.jsonl'))).code, 0);
		const text = await readFile(file('evidence.jsonl'), 'utf8');
		await writeFile(file('evidence.jsonl'), text.replace('late1', 'late2'));
		const changed = await rig.vacate('evidence', 'verify', file('evidence.jsonl'));
		t.is(changed.code, 3);
		t.regex(changed.stdout, /^ {2}plan\.yml was changed after the evidence was written$/m);
	},
);
