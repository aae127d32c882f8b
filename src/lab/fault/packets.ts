import type {LabHost} from '../layout.ts';
import type {Lab} from '../state.ts';
import {tool, tryTool} from '../tool.ts';
import type {Fault, PortFault} from './fault.ts';

/** A table of our own in each host’s network namespace; each rule’s comment says which fault it is. */
const table = ['inet', 'vacate_fault'] as const;

/** By its path: a JavaScript package has a program of this name as well. */
function nft({namespace}: LabHost): readonly [string, ...string[]] {
	return ['ip', 'netns', 'exec', namespace, '/usr/sbin/nft'];
}

/** Drops or refuses TCP packets that reach some ports of a host, also those of connections that exist. */
export async function blockPorts(lab: Lab, host: LabHost, {ports, how, from}: Omit<PortFault, 'host'>): Promise<void> {
	const source = lab.machines.find(({name}) => name === from)?.address;
	const match = `${source === undefined ? '' : `ip saddr ${source} `}tcp dport ${ports}`;
	const verdict = how === 'drop' ? 'drop' : 'reject with tcp reset';
	await addRule(host, `${match} ${verdict} comment "${how} ${ports}${from === undefined ? '' : ` from ${from}`}"`);
}

/** Loses some of the packets that reach a host, by chance. Hundredths of a percent count. */
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

/** Lets everything through again. */
export async function unblock(host: LabHost): Promise<void> {
	await tryTool([...nft(host), 'delete', 'table', ...table]);
}

/** What the rules of a host do, in the order in which they were made. */
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
