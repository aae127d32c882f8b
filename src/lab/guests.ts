import {write} from '../shell/command.ts';
import {demand} from '../shell/demand.ts';
import {define, start} from '../virsh/lifecycle.ts';
import {systemUri} from '../virsh/virsh.ts';
import {labShell} from './enter.ts';
import {makeImages} from './guest-images.ts';
import type {GuestPlan} from './guest-plan.ts';
import {guestXml} from './guest-xml.ts';
import type {Lab} from './state.ts';

/** Creates a guest on a host of the lab and brings it into its state. */
export async function createGuest(lab: Lab, host: string, plan: GuestPlan): Promise<void> {
	const machine = lab.machines.find(({name}) => name === host);
	if (machine === undefined) throw new Error(`no host ${host} in the lab`);
	await makeImages(lab, machine, plan);
	const shell = labShell(lab);
	const xml = guestXml(plan);
	const virsh = ['virsh', '--quiet', '--connect', systemUri] as const;
	if (plan.persistent) await demand(shell, define(host, xml));
	if (plan.state === 'shut off') return;
	if (plan.persistent) await demand(shell, start(host, plan.name));
	else
		await demand(shell, write(host, ['sh', '-c', 'cat | "$@"', 'sh', ...virsh, 'create', '/dev/stdin'], {stdin: xml}));
	if (plan.state === 'paused') await demand(shell, write(host, [...virsh, 'suspend', '--domain', plan.name]));
}
