import test from 'ava';
import {awayFrom} from '../../../src/steps/evacuation/decision/guests-away.ts';
import {
	changesAt,
	changeTexts,
	definitionRewrites,
	needsWith,
	restoresOf,
	withRestores,
} from '../../../src/steps/migration/definition-changes.ts';
import {parseDefinition} from '../../../src/virsh/definition/parse-definition.ts';

function defined(devices: string) {
	return parseDefinition(
		`<domain type='kvm'><name>web1</name><uuid>00000000-0000-4000-8000-000000000001</uuid><memory>1024</memory><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>${devices}</devices></domain>`,
	);
}

const vnc = (address: string) =>
	`<graphics type='vnc' listen='${address}'><listen type='address' address='${address}'/></graphics>`;
const bridge = (name: string) => `<interface type='bridge'><source bridge='${name}'/></interface>`;
const network = (name: string) => `<interface type='network'><source network='${name}'/></interface>`;

const kvm2 = {host: 'kvm2', address: '192.0.2.12', uri: 'qemu+ssh://root@192.0.2.12/system'};

test('the parameters of a move override the variables of its destination, networks name by name', t => {
	const peer = {...kvm2, graphicsListen: '192.0.2.12', networkMap: {br0: 'br1', default: 'lan'}};
	t.deepEqual(changesAt(undefined), {});
	t.deepEqual(changesAt(peer), {graphicsListen: '192.0.2.12', networkMap: {br0: 'br1', default: 'lan'}});
	t.deepEqual(changesAt(peer, {graphics_listen: '0.0.0.0', network_map: {br0: 'br2'}}), {
		graphicsListen: '0.0.0.0',
		networkMap: {br0: 'br2', default: 'lan'},
	});
});

test('a destination is asked for the mapped names and the new address', async t => {
	const definition = await defined(`${vnc('192.0.2.11')}${bridge('br0')}${network('default')}`);
	const needs = needsWith(definition, {
		graphicsListen: '192.0.2.12',
		networkMap: {br0: 'br1', default: 'internal', other: 'x'},
	});
	t.deepEqual(
		needs.addresses.map(({address}) => address),
		['192.0.2.12'],
	);
	t.deepEqual(
		needs.links.map(({name}) => name),
		['br1'],
	);
	t.deepEqual(
		needs.networks.map(({name}) => name),
		['internal'],
	);
	t.deepEqual(needsWith(definition, {graphicsListen: '0.0.0.0'}).addresses, []);
});

const cases = [
	['nothing without changes', `${vnc('192.0.2.11')}${bridge('br0')}`, {}, []],
	['an address of the source', vnc('192.0.2.11'), {graphicsListen: '192.0.2.12'}, ['graphics 192.0.2.11 192.0.2.12']],
	['no wildcard address', vnc('0.0.0.0'), {graphicsListen: '192.0.2.12'}, []],
	['no loopback address', vnc('127.0.0.1'), {graphicsListen: '192.0.2.12'}, []],
	['the address that it has', vnc('192.0.2.12'), {graphicsListen: '192.0.2.12'}, []],
	['a bridge', bridge('br0'), {networkMap: {br0: 'br1', br9: 'br8'}}, ['link br0 br1']],
	['a network', network('default'), {networkMap: {default: 'internal'}}, ['network default internal']],
	[
		'two bridges that change places',
		`${bridge('br0')}${bridge('br1')}`,
		{networkMap: {br0: 'br1', br1: 'br0'}},
		['link br0 br1', 'link br1 br0'],
	],
] as const;

for (const [title, devices, changes, rewrites] of cases) {
	test(`a move changes in a definition: ${title}`, async t => {
		const found = definitionRewrites(await defined(devices), changes);
		t.deepEqual(
			found.map(({of, from, to}) => `${of} ${from} ${to}`),
			[...rewrites],
		);
	});
}

test('two names that would become one are refused, since the way back would be unknown', async t => {
	const bridges = await defined(`${bridge('br0')}${bridge('br1')}`);
	t.throws(() => definitionRewrites(bridges, {networkMap: {br0: 'br1'}}), {
		message: 'network_map would change both br0 and br1 of web1 to br1, so that the move could not be undone',
	});
	const graphics = await defined(`${vnc('0.0.0.0')}${vnc('192.0.2.11')}`);
	t.throws(() => definitionRewrites(graphics, {graphicsListen: '0.0.0.0'}), {
		message: /^graphics_listen would change both 0\.0\.0\.0 and 192\.0\.2\.11 of web1 to 0\.0\.0\.0/,
	});
});

test('a plan names the changes', t => {
	const rewrites = [
		{from: '/a', to: '/b'},
		{of: 'graphics', from: '192.0.2.11', to: '192.0.2.12'},
		{of: 'link', from: 'br0', to: 'br1'},
	] as const;
	t.deepEqual(changeTexts(rewrites), [
		'its graphics listen on 192.0.2.12 instead of 192.0.2.11 (graphics_listen)',
		'its network interfaces on br0 are on br1 there (network_map)',
	]);
});

test('the parameters of a move back give a guest its own names again', t => {
	const rewrites = [
		{from: '/a', to: '/b'},
		{of: 'graphics', from: '192.0.2.11', to: '192.0.2.12'},
		{of: 'link', from: 'br0', to: 'br1'},
		{of: 'network', from: 'default', to: 'internal'},
	] as const;
	t.is(restoresOf([{from: '/a', to: '/b'}]), undefined);
	t.deepEqual(restoresOf(rewrites), {
		network_map: {br1: 'br0', internal: 'default'},
		graphics_listen: '192.0.2.11',
	});
	t.deepEqual(withRestores({network_map: {br1: 'br7'}, graphics_listen: '0.0.0.0'}, restoresOf(rewrites)), {
		network_map: {br1: 'br7', internal: 'default'},
		graphics_listen: '0.0.0.0',
	});
	t.deepEqual(withRestores({media: 'copy'}, undefined), {media: 'copy'});
});

test('the parameters of a move back insert the media that were ejected for good', t => {
	const ejected = [
		{target: 'sda', path: '/iso/gone.iso'},
		{target: 'sdb', path: '/iso/again.iso', place: '/iso/again.iso'},
		{target: 'sdc', place: '/iso/inserted.iso'},
	];
	t.deepEqual(restoresOf([], ejected), {insert_media: {sda: '/iso/gone.iso'}});
	const [away] = awayFrom('kvm1', [
		{guest: 'web1', uuid: '1', from: 'kvm1', to: 'kvm2', restores: {insert_media: {sda: '/iso/own.iso'}}},
		{guest: 'web1', uuid: '1', from: 'kvm2', to: 'kvm3', restores: {insert_media: {sda: '/x.iso', sdb: '/y.iso'}}},
	]);
	t.deepEqual(away?.restores, {insert_media: {sda: '/iso/own.iso', sdb: '/y.iso'}});
});

test('a guest that is moved on from where it went gets the names of its first host back', t => {
	const [away] = awayFrom('kvm1', [
		{guest: 'web1', uuid: '1', from: 'kvm1', to: 'kvm2', restores: {network_map: {br1: 'br0', lan1: 'lan0'}}},
		{
			guest: 'web1',
			uuid: '1',
			from: 'kvm2',
			to: 'kvm3',
			restores: {network_map: {br2: 'br1', x: 'y'}, graphics_listen: '192.0.2.12'},
		},
	]);
	t.deepEqual(away?.restores, {
		network_map: {br1: 'br0', lan1: 'lan0', br2: 'br0', x: 'y'},
		graphics_listen: '192.0.2.12',
	});
});
