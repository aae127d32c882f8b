import test from 'ava';
import {readHostNeeds} from '../../src/virsh/definition/host-needs.ts';
import {parseDefinition} from '../../src/virsh/definition/parse-definition.ts';
import {renameInDefinition} from '../../src/virsh/definition/rename-in-definition.ts';

test('a planned definition has the names and addresses of the destination, and nothing else changes', async t => {
	const xml = (link: string, network: string, address: string) =>
		`<domain type='kvm'><name>br0</name><uuid>00000000-0000-4000-8000-000000000001</uuid><memory>1024</memory><os><type machine='q35'>hvm</type></os><devices>
<disk type='block' device='disk'><source dev='/dev/br0'/><target dev='vda'/></disk>
<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='${link}'/><target dev='br0'/></interface>
<interface type='network'><mac address='52:54:00:00:00:02'/><source network='${network}' portgroup='br0' bridge='br0'/></interface>
<interface type='direct'><mac address='52:54:00:00:00:03'/><source dev='${link}' mode='bridge'/></interface>
<graphics type='vnc' listen='${address}'><listen type='address' address='${address}'/></graphics>
<serial type='tcp'><source mode='bind' host='192.0.2.11' service='4555'/></serial></devices></domain>`;
	const here = await parseDefinition(xml('br0', 'default', '192.0.2.11'));
	const there = await parseDefinition(xml('br1', 'internal', '192.0.2.12'));
	const rewrites = [
		{from: '/dev/br0', to: '/dev/other'},
		{of: 'link', from: 'br0', to: 'br1'},
		{of: 'network', from: 'default', to: 'internal'},
		{of: 'graphics', from: '192.0.2.11', to: '192.0.2.12'},
	] as const;
	t.deepEqual(await renameInDefinition(here, rewrites), there);
	t.is(await renameInDefinition(here, [{from: '/dev/br0', to: '/dev/other'}]), here);
});

test('the bridge that an active definition names for a network is no requirement of its own', async t => {
	const {xml, traits} = await parseDefinition(
		`<domain type='kvm'><name>web1</name><uuid>00000000-0000-4000-8000-000000000001</uuid><memory>1024</memory><os><type machine='q35'>hvm</type></os><devices>
<interface type='bridge'><mac address='52:54:00:00:00:02'/><source network='lan0' portid='1' bridge='br0'/></interface></devices></domain>`,
	);
	t.deepEqual(readHostNeeds(xml).links, []);
	t.deepEqual(
		traits.interfaces.map(({network, bridge}) => [network, bridge]),
		[['lan0', null]],
	);
});
