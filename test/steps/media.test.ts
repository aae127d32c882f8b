import test from 'ava';
import type {DomainDisk} from '../../src/virsh/definition/dumpxml.ts';
import {cdrom, copyThere, layered, layers, plain, planned} from './disk-plans.ts';

test('what is left is said with its reason, in the order of the drives', t => {
	const plan = planned({
		disks: [
			{target: 'sda', device: 'cdrom', type: 'file', format: 'raw', readonly: true, shareable: false},
			plain,
			{...plain, target: 'vdb', path: '/images/shared.qcow2'},
			{target: 'vdc', device: 'disk', type: 'network', format: 'raw', readonly: false, shareable: false},
			{...plain, target: 'sdb', device: 'cdrom', path: '/iso/tools.iso', format: 'raw', readonly: true, optional: true},
		],
		facts: {
			'kvm2 path /images/shared.qcow2': {type: 'file', identity: '9:7:100', bytes: 1, mode: '600', owner: 'root:root'},
		},
	});
	t.deepEqual(
		plan.copies.map(({target}) => target),
		['vda'],
	);
	t.deepEqual(
		plan.left.map(({target, reason}) => `${target} ${reason}`),
		[
			'sda empty',
			'vdb on shared storage, which a probe file verifies',
			'vdc network disk',
			'sdb read-only and optional: /iso/tools.iso does not exist on kvm2',
		],
	);
	t.is(plan.probes?.[0]?.from, '/images/probe.vacate-aaaa1111');
});

test('media are copied byte for byte, with what is below them, each file once', t => {
	const odd = {type: 'file', identity: '1:7:100', bytes: 1_000_001, mode: '644', owner: 'root:root'};
	const plan = planned({
		disks: [cdrom, {...cdrom, target: 'sdb'}, layered],
		requested: {media: 'copy'},
		facts: {'kvm1 path /iso/cd.iso': odd, 'kvm1 image /ro/top.qcow2': layers},
	});
	t.deepEqual(
		plan.nbdCopies?.map(({to, exactBytes, fromFormat}) => ({to, exactBytes, fromFormat})),
		[
			{to: '/iso/cd.iso', exactBytes: 1_000_001, fromFormat: 'raw'},
			{to: '/ro/top.qcow2', exactBytes: undefined, fromFormat: 'raw'},
			{to: '/ro/base.qcow2', exactBytes: undefined, fromFormat: 'raw'},
		],
	);
	t.is(new Set(plan.nbdCopies?.map(({name}) => name)).size, 3);
});

test('a read-only disk of the same content is left, with what is below it', t => {
	const plan = planned({
		disks: [layered],
		facts: {
			'kvm1 image /ro/top.qcow2': layers,
			'kvm2 path /ro/top.qcow2': copyThere,
			'kvm2 path /ro/base.qcow2': copyThere,
		},
	});
	t.deepEqual(plan.left, [{target: 'vdb', reason: 'read-only: /ro/top.qcow2 exists at the destination'}]);
	t.is(plan.nbdCopies, undefined);
});

test('a CD-ROM that is ejected is put in again only where the destination has the same', t => {
	const facts = {'kvm2 path /iso/cd.iso': copyThere};
	const ejected = (digest: string) =>
		planned({disks: [cdrom], requested: {media: 'eject'}, facts: {...facts, 'kvm2 digest': digest}}).ejected;
	t.deepEqual(ejected('abc'), [{target: 'sda', path: '/iso/cd.iso', place: '/iso/cd.iso'}]);
	t.deepEqual(ejected('abd'), [{target: 'sda', path: '/iso/cd.iso'}]);
});

test('insert_media fills empty drives with files that the destination has, and leaves all others as they are', t => {
	const {path: _, ...empty} = cdrom;
	const requested = {insert_media: {sda: '/iso/cd.iso', sdz: '/iso/cd.iso'}};
	const there = planned({disks: [empty], requested, facts: {'kvm2 path /iso/cd.iso': copyThere}});
	t.deepEqual(there.ejected, [{target: 'sda', place: '/iso/cd.iso'}]);
	t.true(there.left.some(({reason}) => reason === 'empty; /iso/cd.iso is inserted after the move'));
	const absent = planned({disks: [empty], requested});
	t.is(absent.ejected, undefined);
	t.true(absent.left.some(({reason}) => reason === 'empty, since /iso/cd.iso does not exist on kvm2'));
	const filled = planned({
		disks: [{...cdrom, path: '/iso/own.iso'}],
		requested,
		facts: {'kvm2 path /iso/own.iso': copyThere},
	});
	t.is(filled.ejected, undefined);
});

test('a drive of the host has to be there, and is not read', t => {
	const drive: DomainDisk = {...cdrom, type: 'block', path: '/dev/sr0'};
	const facts = {'kvm2 path /dev/sr0': {...copyThere, type: 'block', bytes: 0}, 'kvm2 digest': 'abd'};
	t.is(planned({disks: [drive], facts}).left[0]?.reason, 'read-only: /dev/sr0 exists at the destination');
	t.throws(() => planned({disks: [drive]}), {message: /\/dev\/sr0, in drive sda, does not exist on kvm2/});
});
