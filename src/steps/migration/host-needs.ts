import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import type {HostNeeds} from '../../virsh/definition/host-needs.ts';
import {cpuOf} from '../../virsh/hypervisor-cpu-compare.ts';
import {type DefinitionChanges, needsWith} from './definition-changes.ts';

/** A requirement of a definition that a host does not meet, with the check that can be listed in `accept`. */
export type HostProblem = {
	readonly rule:
		| 'guest-files'
		| 'guest-firmware'
		| 'guest-listeners'
		| 'guest-networks'
		| 'guest-bridges'
		| 'guest-machine'
		| 'guest-cpu';
	/** The network device concerned. */
	readonly device?: string;
	readonly reason: string;
	readonly remedy: string;
};

/** A guest that is to run on another host. */
export type Newcomer = {
	readonly definition: DomainDefinition;
	readonly destination: string;
	readonly mode: 'live' | 'cold';
	/** What its definition names otherwise there. Default: nothing. */
	readonly changes?: DefinitionChanges;
};

/** The facts about paths, addresses and ports in a definition: each is queried individually. */
export function ownNeedRequests({definition, destination: host, mode, changes}: Newcomer): readonly FactRequest[] {
	const {paths, addresses, ports, links, networks} = needsWith(definition, changes);
	return [
		...paths.map(({path}) => ({kind: 'path', host, path}) as const),
		...links.flatMap(({name}) => linkPaths(name).map(path => ({kind: 'path', host, path}) as const)),
		...(addresses.length === 0 ? [] : [{kind: 'addresses', host} as const]),
		...(ports.length === 0 || mode === 'cold' ? [] : [{kind: 'ports', host} as const]),
		...networks
			.filter(({portgroup}) => portgroup !== null)
			.map(({name}) => ({kind: 'virsh', host, args: networkArgs(name)}) as const),
	];
}

/** The facts that a plan relies on and that may have changed: read again before each move. */
export function needRequests(newcomer: Newcomer): readonly FactRequest[] {
	const {definition, destination: host, mode, changes} = newcomer;
	const {networks, machine} = needsWith(definition, changes);
	const cpu = mode === 'live' ? cpuOf(definition) : undefined;
	return [
		...ownNeedRequests(newcomer),
		...(networks.length === 0 ? [] : [{kind: 'virsh', host, args: activeNetworks} as const]),
		...(machine === undefined ? [] : [{kind: 'virsh', host, args: machineArgs(machine)} as const]),
		...(cpu === undefined ? [] : [{kind: 'cpu', host, ...cpu} as const]),
	];
}

/** Pure: the requirements that the host does not meet. Unknown facts are not problems here. */
export function hostProblems(
	{definition, destination: host, mode, changes}: Newcomer,
	facts: Facts,
): readonly HostProblem[] {
	const needs = needsWith(definition, changes);
	const cpu = mode === 'live' ? cpuOf(definition) : undefined;
	const verdict = cpu && facts.get({kind: 'cpu', host, ...cpu});
	const isAbsent = (path: string) => facts.get({kind: 'path', host, path})?.type === 'absent';
	const paths = needs.paths.filter(({path}) => isAbsent(path));
	return [
		...paths.map(pathProblem(host)),
		...listenerProblems(needs, host, mode, facts),
		...networkProblems(needs, host, facts),
		...needs.links.flatMap(link => linkProblems(link, host, isAbsent)),
		...(paths.some(({what}) => what === 'the emulator') ? [] : machineProblems(needs, host, facts)),
		...(verdict?.verdict === 'incompatible'
			? [
					{
						rule: 'guest-cpu' as const,
						reason: `the CPU of ${host} lacks ${verdict.missing.join(', ') || 'features that the guest was started with'}`,
						remedy: `configure a CPU model for ${definition.name} that all hosts support, and restart it; or move it while it is shut off`,
					},
				]
			: []),
	];
}

/** @throws StepError that lists everything that the destination lacks. */
export function demandHostNeeds(newcomer: Newcomer, accepted: readonly string[], facts: Facts): void {
	const {definition, destination} = newcomer;
	const problems = hostProblems(newcomer, facts).filter(({rule}) => !accepted.includes(rule));
	const [first] = problems;
	if (first === undefined) return;
	throw new StepError(
		`${definition.name} cannot run on ${destination}: ${problems.map(({reason}) => reason).join('; ')}`,
		[...new Set(problems.map(({remedy}) => remedy))].join('; '),
		{retry: 'never', side: 'destination'},
	);
}

function pathProblem(host: string): (needed: HostNeeds['paths'][number]) => HostProblem {
	return ({what, path}) => ({
		rule: /firmware|NVRAM/.test(what) ? 'guest-firmware' : 'guest-files',
		reason: `${what}, ${path}, does not exist on ${host}`,
		remedy: what.startsWith('the directory')
			? `mkdir --parents ${path} (on ${host})`
			: `install or copy ${path} on ${host}, or change the definition: virsh edit`,
	});
}

function listenerProblems(
	{addresses, ports}: HostNeeds,
	host: string,
	mode: Newcomer['mode'],
	facts: Facts,
): readonly HostProblem[] {
	const own = facts.get({kind: 'addresses', host});
	const taken = mode === 'cold' ? [] : (facts.get({kind: 'ports', host}) ?? []);
	const rule = 'guest-listeners' as const;
	return [
		...addresses
			.filter(({address}) => own?.includes(address) === false)
			.map(({what, address}) => ({
				rule,
				reason: `${what} listens on ${address}, which ${host} does not have`,
				remedy: what.endsWith(' graphics')
					? `set graphics_listen to an address of ${host}, in the task or as a variable of ${host} in the inventory`
					: 'set a listen address that both hosts have, such as 0.0.0.0 or 127.0.0.1: virsh edit, then restart the guest',
			})),
		...ports
			.filter(({port}) => taken.includes(port))
			.map(({what, port}) => ({
				rule,
				reason: `${what} requires TCP port ${port}, which is in use on ${host}`,
				remedy: `ss --tcp --listening --processes 'sport = :${port}' (on ${host}); or set another port: virsh edit`,
			})),
	];
}

const activeNetworks = ['net-list', '--name'];

function networkArgs(name: string): readonly string[] {
	return ['net-dumpxml', '--network', name];
}

function networkProblems({networks}: HostNeeds, host: string, facts: Facts): readonly HostProblem[] {
	const rule = 'guest-networks';
	const active = facts
		.get({kind: 'virsh', host, args: activeNetworks})
		?.split('\n')
		.map(line => line.trim());
	return networks.flatMap(({name, portgroup}): readonly HostProblem[] => {
		if (active?.includes(name) === false) {
			const remedy = `virsh net-list --all; virsh net-start ${name}, or virsh net-define ${name}.xml (on ${host}); if the network has another name there: ${mapText(name, host)}`;
			return [{rule, reason: `the network ${name} is not active on ${host}`, remedy}];
		}
		const xml = portgroup === null ? undefined : facts.get({kind: 'virsh', host, args: networkArgs(name)});
		if (xml === undefined || xml === '' || portgroupsIn(xml).includes(portgroup ?? '')) return [];
		const remedy = `virsh net-edit ${name} (on ${host}): add <portgroup name='${portgroup}'>`;
		return [{rule, reason: `the network ${name} has no portgroup ${portgroup} on ${host}`, remedy}];
	});
}

function portgroupsIn(xml: string): readonly string[] {
	return [...xml.matchAll(/<portgroup\b[^>]*\bname=(['"])(.*?)\1/g)].map(([, , name = '']) => name);
}

function linkPaths(name: string): readonly string[] {
	return [`/sys/class/net/${name}`, `/sys/class/net/${name}/bridge`];
}

function linkProblems(
	{name, kind}: HostNeeds['links'][number],
	host: string,
	isAbsent: (path: string) => boolean,
): readonly HostProblem[] {
	const [link = '', bridge = ''] = linkPaths(name);
	const rule = 'guest-bridges';
	if (isAbsent(link)) {
		const remedy = `create ${name} on ${host}, as on the source: ip -details link show ${name}; if it has another name there: ${mapText(name, host)}`;
		return [{rule, device: name, reason: `the network device ${name} (${kind}) does not exist on ${host}`, remedy}];
	}
	if (kind !== 'bridge' || !isAbsent(bridge)) return [];
	const remedy = `ip -details link show ${name} (on ${host})`;
	return [{rule, device: name, reason: `${name} is not a Linux bridge on ${host}`, remedy}];
}

/** How to map a name that the host lacks. */
function mapText(name: string, host: string): string {
	return `network_map: {${name}: NAME}, in the task or as a variable of ${host} in the inventory`;
}

function machineArgs({virttype, emulator, arch, machine}: NonNullable<HostNeeds['machine']>): readonly string[] {
	return ['domcapabilities', '--virttype', virttype, '--emulatorbin', emulator, '--arch', arch, '--machine', machine];
}

/** virsh prints nothing if the query is rejected. */
function machineProblems({machine}: HostNeeds, host: string, facts: Facts): readonly HostProblem[] {
	if (machine === undefined) return [];
	if (facts.get({kind: 'virsh', host, args: machineArgs(machine)}) !== '') return [];
	return [
		{
			rule: 'guest-machine',
			reason: `${host} cannot run the machine type ${machine.machine} (${machine.virttype}, ${machine.arch})`,
			remedy: `${machine.emulator} -machine help (on ${host}); update QEMU there, or change the machine type: virsh edit`,
		},
	];
}
