import {join} from 'node:path';

/** The parameters of a lab. Equal parameters give the same lab. */
export type LabPlan = {
	/** The prefix of its bridge and network namespaces. At most six characters. */
	readonly name: string;
	/** The folder that contains all of its files. */
	readonly dir: string;
	/** The first three octets of its addresses: `10.77.0`. */
	readonly subnet: string;
	/** The number of hosts: kvm1, kvm2, … */
	readonly hosts: number;
};

export const defaultLab: LabPlan = {name: 'vlab', dir: '/var/tmp/vacate-lab', subnet: '10.77.0', hosts: 3};

/** A host of a lab, with the names of its parts on this machine. */
export type LabHost = {
	readonly name: string;
	readonly address: string;
	/** Its network namespace. */
	readonly namespace: string;
	/** This machine's end of its cable, which is attached to the bridge. */
	readonly cable: string;
	/** Contains the files that differ from this machine's. */
	readonly upper: string;
	readonly work: string;
	/** Its root directory as seen from this machine: the prefix of every path on the host. */
	readonly root: string;
	/** The output of its startup. */
	readonly log: string;
};

export type LabLayout = LabPlan & {
	readonly bridge: string;
	readonly gateway: string;
	/** Contains all files of the hosts, in memory. */
	readonly fs: string;
	readonly stateFile: string;
	readonly key: string;
	readonly knownHosts: string;
	readonly inventory: string;
	readonly machines: readonly LabHost[];
};

/** Derives all names of a lab. */
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
