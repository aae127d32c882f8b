import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {installCordon, liftCordon, parseCordon} from '../../src/virsh/cordon.ts';

const uuid = '00000000-0000-4000-8000-000000000001';

/** A folder of hooks; daemons are neither found nor reloaded. */
function place() {
	const folder = mkdtempSync(join(tmpdir(), 'cordon-'));
	const bin = join(folder, 'bin');
	mkdirSync(bin);
	for (const name of ['pidof', 'systemctl']) writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', {mode: 0o755});
	const path = join(folder, 'hooks/qemu.d/vacate-cordon');
	mkdirSync(join(folder, 'hooks'));
	const env = {...process.env, PATH: `${bin}:${process.env.PATH}`};
	const sh = (argv: readonly string[], args: readonly string[], input = '') =>
		spawnSync('sh', ['-c', argv[2] ?? '', 'sh', path, ...args], {env, input, encoding: 'utf8'});
	return {
		folder,
		path,
		install(id: string, seconds: number, note = {owner: 'alice', reason: `it's "new"`}) {
			const {argv, stdin} = installCordon('kvm1', {id, seconds, ...note});
			return sh(argv, [id, String(seconds)], String(stdin));
		},
		lift: (id: string) => sh(liftCordon('kvm1').argv, [id, join(folder, 'passes')]),
		call: (operation: string) =>
			spawnSync(path, ['web1', operation, 'begin', '-'], {
				input: `<domain><name>web1</name><uuid>${uuid}</uuid></domain>`,
				encoding: 'utf8',
			}),
	};
}

test('the hook refuses starts, restores and incoming migrations, with who and why, and nothing else', t => {
	const {folder, install, call} = place();
	t.is(install('a', 60).status, 0);
	for (const operation of ['prepare', 'migrate', 'restore']) {
		const {status, stdout, stderr} = call(operation);
		t.is(status, 1, operation);
		t.is(stdout, '');
		t.is(stderr, `the host is cordoned by alice: it's "new"; to lift it: vacate uncordon kvm1\n`);
	}
	for (const operation of ['start', 'started', 'stopped', 'release', 'reconnect', 'attach']) {
		t.is(call(operation).status, 0, operation);
	}
	rmSync(folder, {recursive: true});
});

test('an expired cordon refuses nothing, and another replaces it; one in force is not replaced', t => {
	const {folder, install, call, path} = place();
	t.is(install('a', 0).status, 0);
	t.is(call('prepare').status, 0);
	t.is(install('b', 60).status, 0);
	t.is(call('prepare').status, 1);
	t.is(install('b', 60).status, 0, 'the same again');
	const other = install('c', 60);
	t.is(other.status, 1);
	t.is(other.stderr, 'the host is already cordoned\n');
	t.regex(readFileSync(path, 'utf8'), /^id=b$/m);
	rmSync(folder, {recursive: true});
});

test('lifting leaves nothing, not even the folder that was created for it; a cordon of another run stays', t => {
	const {folder, install, lift, path} = place();
	install('a', 60);
	t.is(lift('other').status, 0);
	t.true(existsSync(path));
	t.is(lift('a').status, 0);
	t.false(existsSync(dirname(path)));
	t.is(lift('a').status, 0);
	mkdirSync(dirname(path));
	install('a', 60);
	t.is(lift('').status, 0);
	t.true(existsSync(dirname(path)), 'it was there before');
	rmSync(folder, {recursive: true});
});

test('a hook of that name that vacate did not create is neither overwritten nor removed', t => {
	const {folder, install, lift, path} = place();
	mkdirSync(dirname(path));
	writeFileSync(path, '#!/bin/sh\nexit 0\n');
	utimesSync(path, 1, 1);
	for (const done of [install('a', 60), lift('')]) {
		t.is(done.status, 1);
		t.is(done.stderr, `${path} was not created by vacate\n`);
	}
	t.is(readFileSync(path, 'utf8'), '#!/bin/sh\nexit 0\n');
	rmSync(folder, {recursive: true});
});

test('facts tell the cordon of a host, whether it has expired, and one that others have changed', t => {
	const head = ['cordon {"owner":"alice","reason":"tests"}', 'cordon id=a', 'cordon since=100', 'cordon until=200'];
	const cordon = {owner: 'alice', reason: 'tests', id: 'a', sinceSeconds: 100, untilSeconds: 200};
	t.deepEqual(parseCordon(['/etc/libvirt/hooks/qemu', ...head], 199), {...cordon, isExpired: false});
	t.deepEqual(parseCordon(head, 200), {...cordon, isExpired: true});
	t.is(parseCordon(['/etc/libvirt/hooks/qemu'], 1), undefined);
	t.like(parseCordon(['cordon {"owner":', 'cordon until=200'], 1), {owner: 'unknown', isExpired: false});
	t.is(execFileSync('sh', ['-n'], {input: installCordon('kvm1', {...cordon, seconds: 1}).argv[2] ?? ''}).length, 0);
});
