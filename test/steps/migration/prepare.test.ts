import test from 'ava';
import {stepContext} from '../../../src/engine/context.ts';
import {CommandError, StepError} from '../../../src/errors.ts';
import {prepare, unprepare, verifyMedia} from '../../../src/steps/migration/disks/prepare.ts';
import {type LiveMove, migrate} from '../../../src/steps/migration/migrate.ts';
import type {Json} from '../../../src/steps/step.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {planOn, worldOf} from '../../fakes/rig.ts';
import {FakeWorld} from '../../fakes/world.ts';

const image = '/images/web1-0.qcow2';

/** A guest that is to go to kvm2, and what the move plans for it. */
async function planned(params: {readonly [key: string]: Json}, cdrom?: string) {
	const world = new FakeWorld('kvm1', 'kvm2');
	world.guest('kvm1', 'web1', cdrom === undefined ? {} : {cdrom});
	if (cdrom !== undefined) world.put('kvm2', cdrom, {format: 'raw', virtualBytes: 2048, data: 'medium'});
	const action = await planOn(new FakeShell(world), migrate, {guest: 'web1', to: 'kvm2', ...params});
	const {move, disks} = action as unknown as LiveMove;
	const shell = new FakeShell(world);
	const context = stepContext(worldOf(shell), new AbortController().signal, () => {});
	return {world, move, disks, shell, context};
}

test('an image is made for each disk, and what was made can be told from what others make', async t => {
	const {world, move, disks, context} = await planned({});
	const made = await prepare(move, disks, context);
	t.deepEqual(
		made.map(({path}) => path),
		[image],
	);
	t.true(world.host('kvm2').files.has(image));
	await unprepare(move, disks, made, context);
	t.deepEqual([...world.host('kvm2').files.keys()], []);
});

test('a file that has come since the plan fails the move, and is never removed', async t => {
	const {world, move, disks, context} = await planned({});
	world.put('kvm2', image, {format: 'qcow2', virtualBytes: 4096, data: 'foreign'});
	const error = await t.throwsAsync(prepare(move, disks, context));
	t.true(error instanceof CommandError, String(error));
	await unprepare(move, disks, [], context);
	t.is(world.host('kvm2').files.get(image)?.data, 'foreign');
});

test('what is half made is cleared away without a receipt, and a second time there is nothing to do', async t => {
	const {world, move, disks, context} = await planned({});
	await prepare(move, disks, context);
	await unprepare(move, disks, [], context);
	await unprepare(move, disks, [], context);
	t.deepEqual([...world.host('kvm2').files.keys()], []);
});

test('a medium is ejected before the move, and put in again when the move is taken back', async t => {
	const {world, move, disks, context} = await planned({media: 'eject'}, '/images/cd.iso');
	const inDrive = () =>
		world
			.host('kvm1')
			.domains.get(move.uuid)
			?.disks.find(({cdrom}) => cdrom === true)?.path;
	t.is(inDrive(), '/images/cd.iso');
	const made = await prepare(move, disks, context);
	t.is(inDrive(), undefined);
	await unprepare(move, disks, made, context);
	t.is(inDrive(), '/images/cd.iso');
});

test('a guest whose medium is not in its drive at the destination is not as it should be', async t => {
	const {world, move, disks, context} = await planned({media: 'eject'}, '/images/cd.iso');
	t.true((disks.ejected ?? []).length > 0);
	const guest = world.host('kvm1').domains.get(move.uuid);
	if (guest === undefined) return t.fail('the guest has gone');
	const empty = guest.disks.map(({path, ...disk}) => (disk.cdrom === true ? disk : {...disk, ...(path && {path})}));
	world.host('kvm2').domains.set(move.uuid, {...guest, disks: empty});
	const error = await t.throwsAsync(verifyMedia(move, disks, context), {instanceOf: StepError});
	t.is(error?.message, 'web1 is on kvm2, but /images/cd.iso is not in drive sda');
	world.host('kvm2').domains.set(move.uuid, guest);
	await t.notThrowsAsync(verifyMedia(move, disks, context));
});
