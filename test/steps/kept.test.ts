import test from 'ava';
import {cleanDisks} from '../../src/steps/evacuation/clean_disks.ts';
import {migrate} from '../../src/steps/migration/migrate.ts';
import type {Json} from '../../src/steps/step.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {keepCopy} from '../fakes/kept.ts';
import {planOn} from '../fakes/rig.ts';
import {type FakeDomain, FakeWorld} from '../fakes/world.ts';

const path = '/images/web1-0.qcow2';

/** web1 is on kvm2, and kvm1 has its kept copy. */
function scene(): {readonly world: FakeWorld; readonly web1: FakeDomain} {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	const web1 = world.guest('kvm2', 'web1');
	keepCopy(world, 'kvm1', web1, path);
	return {world, web1};
}

async function planned(world: FakeWorld, params: Json = {}): Promise<Json> {
	const shell = new FakeShell(world);
	const action = await planOn(shell, cleanDisks, params);
	if (shell.writes().length > 0) throw new Error('a plan writes nothing');
	return action;
}

const refusals: readonly (readonly [string, (world: FakeWorld, web1: FakeDomain) => void, RegExp])[] = [
	[
		'the file has been replaced',
		world => world.put('kvm1', path, {format: 'qcow2', virtualBytes: 1, data: 'new'}),
		/the file was changed or replaced after the guest left it/,
	],
	[
		'the guest is also defined on the host',
		(world, web1) => world.host('kvm1').domains.set(web1.uuid, {...web1, disks: [], state: 'shut off'}),
		/web1 is also defined on kvm1/,
	],
	[
		'another guest stands on it',
		world => world.guest('kvm1', 'clone', {backing: path}) && keepAgain(world),
		/the file is a backing file of \/images\/clone-0\.qcow2, which clone uses/,
	],
	[
		'no host has the guest',
		(world, web1) => world.host('kvm2').domains.delete(web1.uuid),
		/the guest is on no host of the inventory: this may be its only disk/,
	],
	[
		'the guest lacks a disk where it is',
		world => world.remove('kvm2', path),
		/disk vda of web1 \(.*\) does not exist on kvm2/,
	],
	[
		'the guest uses the very file',
		world => {
			const file = world.host('kvm1').files.get(path);
			if (file !== undefined) world.host('kvm2').files.set(path, file);
		},
		/the file may be the one that web1 uses on kvm2/,
	],
];

/** The fake makes the base of a clone anew: the record is of that file. */
function keepAgain(world: FakeWorld): void {
	const [web1] = world.host('kvm2').domains.values();
	if (web1 !== undefined) keepCopy(world, 'kvm1', web1, path);
}

for (const [title, change, says] of refusals) {
	test(`a kept copy is not deleted: ${title}`, async t => {
		const {world, web1} = scene();
		change(world, web1);
		const action = (await planned(world)) as {readonly skip?: string};
		t.regex(action.skip ?? JSON.stringify(action), says);
		t.regex(action.skip ?? '', /left by run r1 on 2020-09-13/);
	});
}

test('a guest that has gone on to another host is found there', async t => {
	const {world, web1} = scene();
	world.host('kvm2').domains.delete(web1.uuid);
	world.host('kvm3').domains.set(web1.uuid, web1);
	world.put('kvm3', path, {format: 'qcow2', virtualBytes: 1, data: 'web1 data'});
	t.like(await planned(world), {files: [{path, guest: web1.uuid}]});
});

test('a copy whose guest no host has is deleted when somebody names the guest', async t => {
	const {world, web1} = scene();
	world.host('kvm2').domains.delete(web1.uuid);
	t.like(await planned(world, {guests: ['web1']}), {files: [{path, guest: web1.uuid}]});
	t.like(await planned(world, {guests: ['web2']}), {skip: 'kvm1 has no kept copies'});
});

test('a copy is due by its age, or when the time is over for which it was kept', async t => {
	const {world} = scene();
	const day = 86_400;
	const age = (1_700_000_000 - 1_600_000_000) / day;
	t.like(await planned(world, {older_than: `${Math.floor(age)} d`}), {files: [{path}]});
	t.like(await planned(world, {older_than: `${Math.ceil(age)} d`}), {skip: 'no kept copy on kvm1 is old enough'});
	for (const [until, files] of [
		[1_700_000_000, 1],
		[1_700_000_001, 0],
	] as const) {
		for (const file of world.host('kvm1').files.values()) {
			file.data = file.data.replace(/\nleft (\d+)(\nkeep-until \d+)?/, `\nleft $1\nkeep-until ${until}`);
		}
		const action = (await planned(world)) as {readonly files?: readonly Json[]};
		t.is(action.files?.length ?? 0, files);
	}
});

test('a guest does not replace a copy that is not proven, nor one of another guest', async t => {
	const {world, web1} = scene();
	const moves = async () => planOn(new FakeShell(world), migrate, {guest: 'web1', to: 'kvm2'});
	world.host('kvm2').domains.delete(web1.uuid);
	world.host('kvm1').domains.set(web1.uuid, web1);
	world.put('kvm1', path, {format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'web1 data'});
	keepCopy(world, 'kvm2', web1, path);
	t.like(await moves(), {disks: {replaced: [{path, aside: `${path}.vacate-aaaa1111.kept`}]}});
	keepCopy(world, 'kvm2', {uuid: 'other', name: 'web9'}, path);
	await t.throwsAsync(moves(), {message: /is a kept copy of web9 \(left by run r1 on 2020-09-13\)/});
	keepCopy(world, 'kvm2', web1, path);
	world.put('kvm2', path, {format: 'qcow2', virtualBytes: 64 * 1024 * 1024, data: 'newer'});
	await t.throwsAsync(moves(), {
		message: /is a kept copy of this guest \(left by run r1 on 2020-09-13\), but the file was changed/,
	});
});
