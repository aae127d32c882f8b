import {join} from 'node:path';

/** What a lab is made of. The same words give the same lab. */
export type LabPlan = {
	/** Begins the names of its bridge and its network namespaces. At most six characters. */
	readonly name: string;
	/** Everything of it is in this folder. */
	readonly dir: string;
	/** The first three numbers of its addresses: `10.77.0`. */
	readonly subnet: string;
	/** How many hosts: kvm1, kvm2, … */
	readonly hosts: number;
};

export const defaultLab: LabPlan = {name: 'vlab', dir: '/var/tmp/vacate-lab', subnet: '10.77.0', hosts: 3};

/** One host of a lab, with every name that it has on this machine. */
export type LabHost = {
	readonly name: string;
	readonly address: string;
	/** Its network namespace. */
	readonly namespace: string;
	/** This machine’s end of its cable, which is plugged into the bridge. */
	readonly cable: string;
	/** Holds the files of it that differ from this machine’s. */
	readonly upper: string;
	readonly work: string;
	/** Its root, as this machine sees it: a path of the host begins here. */
	readonly root: string;
	/** What it says while it starts. */
	readonly log: string;
};

export type LabLayout = LabPlan & {
	readonly bridge: string;
	readonly gateway: string;
	/** Holds all files of the hosts, in memory. */
	readonly fs: string;
	readonly stateFile: string;
	readonly key: string;
	readonly knownHosts: string;
	readonly inventory: string;
	readonly machines: readonly LabHost[];
};

/** Names everything of a lab. */
export function layoutOf(plan: LabPlan): LabLayout {
	const {name, dir, subnet, hosts} = plan;
	const fs = join(dir, 'fs');
	const machines = Array.from({length: hosts}, (_, index): LabHost => {
		const number = index + 1;
		const home = join(fs, `kvm${number}`);
		return {
			name: `kvm${number}`,
			address: `${subnet}.${10 + number}`,
			namespace: `${name}-kvm${number}`,
			cable: `${name}-v${number}`,
			upper: join(home, 'upper'),
			work: join(home, 'work'),
			root: join(home, 'root'),
			log: join(home, 'log'),
		};
	});
	return {
		...plan,
		bridge: `${name}-br`,
		gateway: `${subnet}.1`,
		fs,
		stateFile: join(dir, 'lab.json'),
		key: join(dir, 'id_ed25519'),
		knownHosts: join(dir, 'known_hosts'),
		inventory: join(dir, 'inventory.yml'),
		machines,
	};
}
