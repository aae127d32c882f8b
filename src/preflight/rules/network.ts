import type {NetworkCard} from '../../virsh/definition/traits.ts';
import {advise, virsh} from '../commands.ts';
import type {HostFacts} from '../host-facts.ts';
import {type RuleProblem, rule} from '../rule.ts';
import {everyPair, type PairItem} from '../scopes.ts';

/** Check 33: every network card finds its network on the destination. */
export const networkRules = [
	rule({
		id: 'guest-networks',
		check: 33,
		about: 'libvirt networks',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {interfaces}, host, pair}) => ({
			interfaces: mapped(interfaces, pair),
			networks: interfaces?.some(({network}) => network !== null) === false ? [] : host.networks,
		}),
		ask: ({host}) => virsh(host.name, 'net-list', '--all'),
		judge: ({interfaces, networks}, {host, pair}) => [
			...[...new Set(interfaces.flatMap(({network}) => network ?? []))].flatMap((name): readonly RuleProblem[] => {
				const found = networks.find(network => network.name === name);
				if (found === undefined) {
					return [
						{
							reason: `the network ${name} does not exist on the destination`,
							remedy: advise(`virsh net-define ${name}.xml (on ${host.name}); or ${mapText(name)}`),
						},
					];
				}
				return found.isActive
					? []
					: [
							{
								reason: `the network ${name} is not active on the destination`,
								remedy: virsh(host.name, 'net-start', name),
							},
						];
			}),
			...(pair?.lacks ?? [])
				.filter(({rule: id, reason}) => id === 'guest-networks' && reason.includes(' portgroup '))
				.map(({reason, remedy}) => ({reason, remedy: advise(remedy)})),
		],
	}),
	rule({
		id: 'guest-bridges',
		check: 33,
		about: 'network bridges',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {interfaces}, host, pair}) => ({
			interfaces: mapped(interfaces, pair),
			bridges: interfaces?.some(({bridge}) => bridge !== null) === false ? [] : host.bridges,
		}),
		ask: ({host}) => ({host: host.name, argv: ['ip', '-details', 'link', 'show', 'type', 'bridge']}),
		judge: ({interfaces, bridges}, item) => [
			...interfaces.flatMap(one => bridgeProblems(one, bridges, item)),
			...parentProblems(interfaces, item),
		],
	}),
	rule({
		id: 'guest-filters',
		check: 33,
		about: 'network filters',
		severity: 'blocks',
		of: everyPair,
		needs: ({guest: {interfaces}, host}) => ({
			interfaces,
			filters: interfaces?.some(({filter}) => filter !== null) === false ? [] : host.filters,
		}),
		ask: ({host}) => virsh(host.name, 'nwfilter-list'),
		judge: ({interfaces, filters}, {host}) =>
			[...new Set(interfaces.flatMap(({filter}) => filter ?? []))]
				.filter(name => !filters.includes(name))
				.map(name => ({
					reason: `the network filter ${name} does not exist on the destination`,
					remedy: virsh(host.name, 'nwfilter-define', `${name}.xml`),
				})),
	}),
];

/** The cards with the names that networks and bridges have at the destination. */
function mapped(
	interfaces: readonly NetworkCard[] | undefined,
	pair: PairItem['pair'],
): readonly NetworkCard[] | undefined {
	const nameOf = (name: string | null) => (name === null ? null : (pair?.networkMap?.[name] ?? name));
	return interfaces?.map(card => ({...card, network: nameOf(card.network), bridge: nameOf(card.bridge)}));
}

function mapText(name: string): string {
	return `set network_map: {${name}: NAME} if it has another name there`;
}

function bridgeProblems(
	{bridge: name, vlan, mtu}: NetworkCard,
	bridges: NonNullable<HostFacts['bridges']>,
	{host}: PairItem,
): readonly RuleProblem[] {
	if (name === null) return [];
	const bridge = bridges.find(one => one.name === name);
	if (bridge === undefined) {
		return [
			{
				reason: `the bridge ${name} does not exist on the destination`,
				remedy: advise(`ip link add ${name} type bridge (on ${host.name}); or ${mapText(name)}`),
			},
		];
	}
	return [
		...(vlan !== null && bridge.vlans !== null && !bridge.vlans.includes(vlan)
			? [
					{
						reason: `the bridge ${name} does not carry VLAN ${vlan} on the destination`,
						remedy: {host: host.name, argv: ['bridge', 'vlan', 'show']} as const,
					},
				]
			: []),
		...(mtu !== null && bridge.mtu !== mtu
			? [
					{
						reason: `the bridge ${name} has MTU ${bridge.mtu} on the destination, the interface of the guest has MTU ${mtu}`,
						remedy: advise(`ip link set ${name} mtu ${mtu} (on ${host.name}), if the network supports that`),
					},
				]
			: []),
	];
}

/** Devices that a card is on without being a bridge: parents of macvtaps. */
function parentProblems(interfaces: readonly NetworkCard[], {pair}: PairItem): readonly RuleProblem[] {
	return (pair?.lacks ?? [])
		.filter(({device}) => device !== undefined && !interfaces.some(({bridge}) => bridge === device))
		.map(({reason, remedy}) => ({reason, remedy: advise(remedy)}));
}
