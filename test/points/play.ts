import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {exitCodes} from '../../src/errors.ts';
import {labShell} from '../../src/lab/enter.ts';
import {guestPlan} from '../../src/lab/guest-plan.ts';
import {createGuest} from '../../src/lab/guests.ts';
import type {Lab} from '../../src/lab/state.ts';
import {demand} from '../../src/shell/demand.ts';
import {autostart} from '../../src/virsh/lifecycle.ts';
import {commandLines, type Said, startController} from '../storm/controller.ts';
import {type Finding, findingsOf} from '../storm/findings.ts';
import {settle} from '../storm/round.ts';
import {surveyOf} from '../storm/survey.ts';
import {toldWrongly} from '../storm/told.ts';
import {emptyLab} from '../storm/world.ts';
import type {NamedPoint} from './points.ts';

const program = new URL('./program.js', import.meta.url).pathname;

export type PointEnd = {
	readonly point: NamedPoint;
	/** Exit codes of the run and of what came after it. */
	readonly codes: readonly (number | null)[];
	readonly violations: readonly Finding[];
	readonly seconds: number;
};

/** A hook of libvirt that refuses guests which migrate to the host. No check of a plan finds that before they do. */
const refuse = `mkdir -p /etc/libvirt/hooks
printf '#!/bin/sh\\n[ "$2" != migrate ]\\n' > /etc/libvirt/hooks/qemu
chmod 755 /etc/libvirt/hooks/qemu`;

async function onHost(lab: Lab, host: string, script: string): Promise<void> {
	await demand(labShell(lab), {host, argv: ['sh', '-c', script], effect: 'write'});
}

/** One evacuation of real hosts that dies at a point and is resumed, twice; then the checker of the storm looks. */
export async function playPoint(lab: Lab, point: NamedPoint, folder: string): Promise<PointEnd> {
	const begun = performance.now();
	const refusing = point.scene === 'fails' ? lab.machines.slice(1) : [];
	for (const {name} of refusing) await onHost(lab, name, refuse);
	// A new libvirtd on every host finds the hooks.
	await emptyLab(lab);
	const guests = await fill(lab);
	// Every guest has written its first number.
	await wait(1000);
	const before = await surveyOf(lab);
	const playbook = join(folder, 'playbook.yml');
	await mkdir(folder, {recursive: true});
	await writeFile(playbook, '- hosts: kvm1\n  tasks:\n    - evacuate: {to: compute}\n');
	const log = join(folder, 'said.log');
	const dies = startController(commandLines.run(playbook, lab.inventory), folder, log, {
		program,
		environment: {VACATE_TEST_POINT: point.name},
	});
	const said: Said[] = [await dies.ended];
	for (let left = 2; left > 0; left--) said.push(await startController(commandLines.resume(), folder, log).ended);
	for (const {name} of refusing) await onHost(lab, name, 'rm /etc/libvirt/hooks/qemu');
	await settle(lab, guests);
	const after = await surveyOf(lab);
	const stayed = after.guests.filter(({name, active}) => guests.includes(name) && active.includes('kvm1'));
	return {
		point,
		codes: said.map(({code}) => code),
		violations: [
			...findingsOf(before, after, new Set(guests)),
			...toldWrongly(said.map(({text}) => text).join(''), after),
			...wrongEnds(said, point),
			...(stayed.length === (point.scene === 'fails' ? guests.length : 0)
				? []
				: [{kind: 'ended badly', subject: 'evacuation', detail: `${stayed.length} guests are on kvm1`} as const]),
		],
		seconds: Math.round((performance.now() - begun) / 1000),
	};
}

/** Three guests that shall move: one with two disks, one that starts with its host. */
async function fill(lab: Lab): Promise<readonly string[]> {
	const data = {path: '/var/lib/libvirt/images/db1-data.raw', target: 'vdb', format: 'raw', diskMib: 16} as const;
	const plans = [
		guestPlan('web1', {diskMib: 32}),
		guestPlan('db1', {diskMib: 32, format: 'raw', more: [data]}),
		guestPlan('app1', {diskMib: 32}),
	];
	await Promise.all(plans.map(plan => createGuest(lab, 'kvm1', plan)));
	for (const name of ['web1', 'app1']) await demand(labShell(lab), autostart('kvm1', name));
	return plans.map(({name}) => name);
}

/** The first controller was killed; the second one ends the run, unless it had come to its end; the third has no work. */
function wrongEnds([first, second, third]: readonly Said[], {scene, act, when}: NamedPoint): readonly Finding[] {
	const over = act === 'journal ended' && when === 'after';
	const end = scene === 'fails' && !over ? exitCodes.undone : exitCodes.done;
	const wanted = [null, end, exitCodes.done];
	const codes = [first, second, third].map(said => said?.code);
	if (String(codes) === String(wanted)) return [];
	return [{kind: 'ended badly', subject: 'controllers', detail: `exit codes ${codes} and not ${wanted}`}];
}
