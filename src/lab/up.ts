import {spawn} from 'node:child_process';
import {access, copyFile, mkdir, open, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {PrerequisiteError} from '../errors.ts';
import {down} from './down.ts';
import {emptyHost, makeHostKey, writeHostFiles} from './host-files.ts';
import {inventoryText} from './inventory.ts';
import {type LabHost, type LabLayout, type LabPlan, layoutOf} from './layout.ts';
import {installPackages, whyNoLab} from './packages.ts';
import {nameProcess} from './process.ts';
import {type Lab, loadLab, saveLab} from './state.ts';
import {mountImages} from './storage.ts';
import {tool} from './tool.ts';

/** How long a host may take to start its daemons. */
const readyWithinMs = 60_000;

/**
 * Creates a lab and waits until its hosts answer. A lab that is already up is kept; remains of a dead one are removed
 * first.
 *
 * @throws PrerequisiteError if this machine cannot run a lab.
 */
export async function up(plan: LabPlan, {install}: {readonly install: boolean}): Promise<Lab> {
	if (install && process.getuid?.() === 0) await installPackages();
	const reason = await whyNoLab();
	if (reason !== undefined) throw reason;
	const existing = await loadLab(plan.dir);
	if (existing?.alive === true && existing.hosts === plan.hosts && existing.name === plan.name) return existing;
	const layout = layoutOf(plan);
	await down(plan);
	try {
		return await build(layout);
	} catch (error) {
		await down(plan);
		throw error;
	}
}

async function build(lab: LabLayout): Promise<Lab> {
	await mkdir(lab.fs, {recursive: true});
	await saveLab(lab, {});
	await tool(['mount', '-t', 'tmpfs', '-o', 'size=4G', 'tmpfs', lab.fs]);
	await tool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'vacate lab', '-f', lab.key]);
	await makeBridge(lab);
	const keys = await Promise.all(lab.machines.map(prepare));
	const knownHosts = lab.machines.map(({address, name}, index) => `${address},${name} ${keys[index]}\n`).join('');
	await writeFile(lab.knownHosts, knownHosts);
	await writeFile(lab.inventory, inventoryText(lab));
	const inits: Record<string, number> = {};
	for (const host of lab.machines) {
		await writeHostFiles(lab, host, knownHosts);
		await plugIn(lab, host);
		inits[host.name] = await start(host);
		await saveLab(lab, processNames(inits));
	}
	await Promise.all(lab.machines.map(ready));
	const made = await loadLab(lab.dir);
	if (made === undefined) throw new Error('the lab was created but cannot be found');
	return made;
}

function processNames(pids: Readonly<Record<string, number>>) {
	return Object.fromEntries(
		Object.entries(pids).flatMap(([host, pid]) => {
			const name = nameProcess(pid);
			return name === undefined ? [] : [[host, name]];
		}),
	);
}

/** This machine joins the lab's network, as the controller. */
async function makeBridge({bridge, gateway}: LabLayout): Promise<void> {
	await tool(['ip', 'link', 'add', bridge, 'type', 'bridge']);
	await tool(['ip', 'address', 'add', `${gateway}/24`, 'dev', bridge]);
	await tool(['ip', 'link', 'set', bridge, 'up']);
}

/** Mounts the host's overlay layer over this machine's files; returns the host's public key. */
async function prepare(host: LabHost): Promise<string> {
	for (const folder of [host.upper, host.work, host.root]) await mkdir(folder, {recursive: true});
	const layers = `lowerdir=/,upperdir=${host.upper},workdir=${host.work}`;
	await tool(['mount', '-t', 'overlay', '-o', layers, 'overlay', host.root]);
	await emptyHost(host);
	await mountImages(host);
	return makeHostKey(host);
}

async function plugIn({bridge}: LabLayout, {namespace, cable, address}: LabHost): Promise<void> {
	await tool(['ip', 'netns', 'add', namespace]);
	await tool(['ip', 'link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
	await tool(['ip', 'link', 'set', cable, 'master', bridge, 'up']);
	await tool(['ip', '-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0']);
	await tool(['ip', '-n', namespace, 'link', 'set', 'eth0', 'up']);
	await tool(['ip', '-n', namespace, 'link', 'set', 'lo', 'up']);
}

/** Creates the host's namespaces and root, and starts its first process. */
async function start({namespace, root, log}: LabHost): Promise<number> {
	const enter = [
		'mount --make-rprivate /',
		'mount --rbind "$0" "$0"',
		'mount --rbind /dev "$0/dev"',
		'mount -t proc proc "$0/proc"',
		'cd "$0"',
		'pivot_root . .',
		'umount --lazy --no-canonicalize .',
		'exec /bin/sh /etc/lab-init',
	].join(' && ');
	const unshare = ['unshare', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', 'sh', '-c', enter, root];
	const output = await open(log, 'w');
	const child = spawn('ip', ['netns', 'exec', namespace, ...unshare], {
		detached: true,
		stdio: ['ignore', output.fd, output.fd],
	});
	child.unref();
	await output.close();
	if (child.pid === undefined) throw new PrerequisiteError('cannot start a host of the lab', `see ${log}`);
	return child.pid;
}

async function ready({name, root, log}: LabHost): Promise<void> {
	const until = Date.now() + readyWithinMs;
	while (Date.now() < until) {
		const answered = await access(join(root, 'etc/lab-ready')).then(
			() => true,
			() => false,
		);
		if (answered) return;
		await wait(50);
	}
	await copyFile(log, `/tmp/vacate-lab-${name}.log`).catch(() => {});
	throw new PrerequisiteError(
		`${name} of the lab did not start within ${readyWithinMs / 1000} s`,
		`read /tmp/vacate-lab-${name}.log`,
	);
}
