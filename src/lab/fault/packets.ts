import type {LabHost} from '../layout.ts';
import type {Lab} from '../state.ts';
import {tool, tryTool} from '../tool.ts';
import type {Fault, PortFault} from './fault.ts';

/** A separate table in each host's network namespace; the comment of a rule identifies the fault. */
const table = ['inet', 'vacate_fault'] as const;

/** Runs nft by its path, because a JavaScript package has a program of the same name. */
function nft({namespace}: LabHost): readonly [string, ...string[]] {
	return ['ip', 'netns', 'exec', namespace, '/usr/sbin/nft'];
}

/** Drops or rejects TCP packets to some ports of a host, including those of existing connections. */
export async function blockPorts(lab: Lab, host: LabHost, {ports, how, from}: Omit<PortFault, 'host'>): Promise<void> {
	const source = lab.machines.find(({name}) => name === from)?.address;
	const match = `${source === undefined ? '' : `ip saddr ${source} `}tcp dport ${ports}`;
	const verdict = how === 'drop' ? 'drop' : 'reject with tcp reset';
	await addRule(host, `${match} ${verdict} comment "${how} ${ports}${from === undefined ? '' : ` from ${from}`}"`);
}

/** Drops a random share of the packets to a host. Hundredths of a percent count. */
export async function losePackets(host: LabHost, percent: number): Promise<void> {
	const chance = `numgen random mod 10000 <= ${Math.round(percent * 100) - 1}`;
	await addRule(host, `${chance} drop comment "lose ${percent}"`);
}

async function addRule(host: LabHost, rule: string): Promise<void> {
	const name = table.join(' ');
	const input = [
		`add table ${name}`,
		`add chain ${name} input { type filter hook input priority 0; policy accept; }`,
		`add rule ${name} input ${rule}`,
	];
	await tool([...nft(host), '-f', '-'], `${input.join('\n')}\n`);
}

/** Removes all rules. */
export async function unblock(host: LabHost): Promise<void> {
	await tryTool([...nft(host), 'delete', 'table', ...table]);
}

/** The faults that a host's rules implement, in order of creation. */
export async function packetFaults(host: LabHost): Promise<readonly Fault[]> {
	const rules = await tool([...nft(host), '-j', 'list', 'ruleset']);
	const {nftables} = JSON.parse(rules) as {readonly nftables: readonly {readonly rule?: {readonly comment?: string}}[]};
	return nftables.flatMap(({rule}) => readComment(host.name, rule?.comment ?? ''));
}

function readComment(host: string, comment: string): readonly Fault[] {
	const lost = /^lose (\S+)$/.exec(comment)?.[1];
	if (lost !== undefined) return [{kind: 'loss', host, percent: Number(lost)}];
	const [, how, ports, from] = /^(drop|refuse) (\S+)(?: from (\S+))?$/.exec(comment) ?? [];
	if (ports === undefined || (how !== 'drop' && how !== 'refuse')) return [];
	return [{kind: 'port', host, ports, how, ...(from === undefined ? {} : {from})}];
}
