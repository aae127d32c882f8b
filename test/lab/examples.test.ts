import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import test from 'ava';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import {ended, LabRig, unharmed} from './rig.ts';

const rig = LabRig.for(test, 'vlang', '10.113.0', 3);
const examples = new URL('../../../playbooks/examples/', import.meta.url).pathname;

async function on(host: string, script: string): Promise<string> {
	const outcome = await labShell(rig.lab).run({host, argv: ['sh', '-c', script], effect: 'write'});
	if (outcome.end !== 'exited' || outcome.code !== 0) throw new Error(`${script} on ${host}: ${outcome.stderr}`);
	return outcome.stdout.trim();
}

/** A program that stands before the real one: hosts of a lab have no boot and no cluster. */
async function program(host: string, name: string, script: string): Promise<void> {
	const file = `/usr/local/bin/${name}`;
	await on(host, `cat > ${file} <<'END'\n#!/bin/sh\n${script}\nEND\nchmod 755 ${file}`);
}

/** A reboot gives a host another boot id. */
const reboots = `[ "$1" = reboot ] || exec /usr/bin/systemctl "$@"
cat /proc/sys/kernel/random/uuid > /run/boot-$$ && mount --bind /run/boot-$$ /proc/sys/kernel/random/boot_id`;
const bootId = 'cat /proc/sys/kernel/random/boot_id';

test.serial('drain-and-verify: nobody is left, and once more there is nothing to do', async t => {
	for (const name of ['web1', 'web2']) await createGuest(rig.lab, 'kvm1', guestPlan(name));
	for (const again of [false, true]) {
		const {code, stdout} = await rig.vacate('run', `${examples}drain-and-verify.yml`, '-e', 'destinations=kvm2');
		t.is(code, 0, stdout);
		t.is(/changed +web1 to kvm2/.test(stdout), !again, stdout);
	}
	for (const name of ['web1', 'web2']) unharmed(t, await rig.guest(name), 'kvm2');
});

test.serial('reboot-in-turn: the host has booted, and its guests are back and were never restarted', async t => {
	await program('kvm2', 'systemctl', reboots);
	const before = await on('kvm2', bootId);
	const vars = '{hosts_to_reboot: kvm2, refuge: kvm3}';
	const {code, stdout} = await rig.vacate('run', `${examples}reboot-in-turn.yml`, '-e', vars);
	t.is(code, 0, stdout);
	t.not(await on('kvm2', bootId), before);
	for (const name of ['web1', 'web2']) unharmed(t, await rig.guest(name), 'kvm2');
});

test.serial('standby: out of the cluster, updated, rebooted, and in again', async t => {
	await program('kvm3', 'systemctl', reboots);
	await program('kvm3', 'crm', 'echo "$2" > /run/crm-state; echo "$*" >> /run/crm-log');
	await program('kvm3', 'crm_mon', 'echo "<node name=\\"kvm3\\" online=\\"true\\" resources_running=\\"0\\"/>"');
	const cluster = join(rig.folder, 'cluster.yml');
	await writeFile(cluster, 'cluster: {hosts: {kvm3: }}\n');
	const before = await on('kvm3', bootId);
	const {code, stdout} = await rig.vacate('run', `${examples}standby.yml`, '-i', cluster, '-e', 'update=true');
	t.is(code, 0, stdout);
	t.is(await on('kvm3', 'cat /run/crm-log'), 'node standby kvm3\nnode online kvm3');
	t.not(await on('kvm3', bootId), before);
});

test.serial('standby: an update that fails puts the node back', async t => {
	const cluster = join(rig.folder, 'cluster.yml');
	const {code, stdout} = await rig.vacate('run', `${examples}standby.yml`, '-i', cluster, '-e', 'update=false');
	t.is(code, 4, stdout);
	t.is(await on('kvm3', 'cat /run/crm-state'), 'online');
});

/** Until a run has been told to do something on a host: `commands.jsonl` says so. */
async function told(word: string): Promise<void> {
	const runs = join(rig.folder, '.vacate/runs');
	for (let left = 300; left > 0; left--) {
		const newest = (await readdir(runs)).sort().at(-1) ?? '';
		const text = await readFile(join(runs, newest, 'commands.jsonl'), 'utf8').catch(() => '');
		if (text.includes(word)) return;
		await wait(100);
	}
	throw new Error(`no command says ${word}`);
}

test.serial('save-disks: a copy of each disk, and the guest runs again', async t => {
	await createGuest(rig.lab, 'kvm1', guestPlan('db1'));
	const vars = '{guests: [db1], folder: /var/backups/saved}';
	const run = ended(rig.start('run', `${examples}save-disks.yml`, '-e', vars));
	// The guests of a lab know no power button.
	await told('"shutdown"');
	await on('kvm1', 'virsh -q destroy db1');
	const {code, stdout} = await run;
	t.is(code, 0, stdout);
	t.regex(await on('kvm1', 'qemu-img info /var/backups/saved/db1-vda.qcow2'), /file format: qcow2/);
	t.deepEqual((await rig.guest('db1')).active, ['kvm1']);
});
