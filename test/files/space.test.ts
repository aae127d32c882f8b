import {chmod, mkdtemp, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {claim} from '../../src/files/claim.ts';
import {digest, parseDigest} from '../../src/files/digest.ts';
import {folder, parseFolder} from '../../src/files/folder.ts';
import {parsePorts, ports} from '../../src/files/ports.ts';
import {demand} from '../../src/shell/demand.ts';
import {localShell} from '../../src/shell/local.ts';
import {rewriteXml} from '../../src/virsh/definition/rewrite-xml.ts';
import {parseDomainArtifacts, parseSecrets} from '../../src/virsh/domain-artifacts.ts';

const shell = localShell();

let place = '';
test.before(async () => {
	place = await mkdtemp(join(tmpdir(), 'vacate-space-'));
});
test.after.always(() => rm(place, {recursive: true, force: true}));

test('a folder has a file system with some space, and one that is not there has none', async t => {
	const {stdout} = await demand(shell, folder('here', place));
	const found = parseFolder(0, stdout, '');
	t.true(found?.exists === true && found.freeBytes > 0);
	t.like(found, {mode: '700', owner: /^\S+:\S+$/.exec(found?.exists === true ? (found.owner ?? '') : '')?.[0]});
	const absent = await shell.run(folder('here', join(place, 'none')));
	t.deepEqual(parseFolder(1, absent.stdout, absent.stderr), {exists: false});
	t.is(parseFolder(1, '', 'Permission denied'), undefined);
	t.is(parseFolder(0, 'nonsense', ''), undefined);
});

test('a digest is that of the content, whatever the name', async t => {
	const file = join(place, 'it\\s a "name"\n');
	await writeFile(file, 'abc');
	const {stdout} = await demand(shell, digest('here', file));
	t.is(parseDigest(stdout), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
	t.throws(() => parseDigest('nothing'), {message: /no digest/});
});

test('a claimed file is as another is, also where nobody knows its owner', async t => {
	const marked = join(place, 'new.mark');
	await writeFile(marked, '');
	await chmod(marked, 0o644);
	await demand(shell, claim('here', marked, join(place, 'new'), {mode: '600', owner: 'nobody-knows:it'}));
	t.is((await stat(join(place, 'new'))).mode & 0o777, 0o600);
	const taken = await shell.run(claim('here', marked, join(place, 'new'), {mode: '600', owner: 'root:root'}));
	t.regex(taken.stderr, /File exists/);
});

test('ports on which somebody listens', async t => {
	const {stdout} = await demand(shell, ports('here'));
	t.notThrows(() => parsePorts(stdout));
	const lines = 'LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\nLISTEN 0 128 [::]:22 [::]:*\nLISTEN 0 1 *:49152 *:*\n';
	t.deepEqual(parsePorts(lines), [22, 49152]);
});

test('what libvirt keeps beside definitions', t => {
	const uuid = 'cda80ebd-cd36-4727-add8-1a4ca2aa8f8a';
	t.deepEqual(parseDomainArtifacts([`${uuid}\n\n`, '\n', '']), {snapshots: [uuid], checkpoints: [], saved: []});
	t.deepEqual(parseSecrets(` UUID   Usage\n------\n ${uuid}   volume /x\n`), [uuid]);
});

test('definitions are written with other paths, for root alone, and nothing else in them changes', async t => {
	const bin = join(place, 'bin');
	await demand(shell, {host: 'here', argv: ['mkdir', bin], effect: 'write'});
	const xml = `<domain>
  <disk type='file'><source file='/images/a.b/it&apos;s &amp; [x]$^*|\\.raw' index='1'/></disk>
  <disk type='file'><source file='/images/aXb/its &amp; [x]$^*|\\.raw'/></disk>
  <disk type='block'><source dev='/dev/vg/one'/></disk>
  <graphics passwd='/dev/vg/one'/>
</domain>`;
	const file = join(bin, 'virsh');
	await writeFile(file, `#!/bin/sh\ncat <<'END'\n${xml}\nEND\necho "<!-- $* -->"\n`);
	await chmod(file, 0o755);
	const files = {live: join(place, 'live.xml'), stored: join(place, 'stored.xml')};
	const rewrites = [
		{from: `/images/a.b/it's & [x]$^*|\\.raw`, to: `/data/&|'\\1/new.raw`},
		{from: '/dev/vg/one', to: '/dev/vg/two'},
		{from: '/dev/vg/two', to: '/dev/vg/three'},
	];
	const command = rewriteXml('here', 'the-uuid', files, rewrites);
	await demand(shell, {...command, environment: {PATH: `${bin}:${process.env.PATH}`}});
	const {stdout} = await demand(shell, {host: 'here', argv: ['cat', files.live], effect: 'read'});
	t.is(
		stdout,
		`${xml
			.replace(`/images/a.b/it&apos;s &amp; [x]$^*|\\.raw`, () => `/data/&amp;|&apos;\\1/new.raw`)
			.replace(
				`dev='/dev/vg/one'`,
				`dev='/dev/vg/two'`,
			)}\n<!-- --quiet --connect qemu:///system dumpxml --domain the-uuid --security-info --migratable -->\n`,
	);
	const stored = await demand(shell, {host: 'here', argv: ['cat', files.stored], effect: 'read'});
	t.regex(stored.stdout, /--security-info --inactive/);
	t.is((await stat(files.live)).mode & 0o777, 0o600);
});

test('names of networks and devices, and listen addresses, are replaced where they belong, and back', async t => {
	const bin = join(place, 'bin-names');
	await demand(shell, {host: 'here', argv: ['mkdir', bin], effect: 'write'});
	const definition = (own: (one: string, other: string) => string) => `<domain>
  <devices>
    <disk type='block'>
      <source dev='br0'/>
    </disk>
    <interface type='bridge'>
      <source bridge='${own('br0', 'br1')}'/>
      <target dev='br0'/>
    </interface>
    <interface type='bridge'>
      <source bridge='${own('br1', 'br0')}'/>
    </interface>
    <interface type='network'>
      <source network='${own('default', 'in.ternal')}' portgroup='red'/>
    </interface>
    <interface type='direct'>
      <source dev='${own('br0', 'br1')}' mode='bridge'/>
    </interface>
    <graphics type='vnc' port='-1' autoport='yes' listen='${own('192.0.2.11', '2001:db8::12')}'>
      <listen type='address' address='${own('192.0.2.11', '2001:db8::12')}'/>
    </graphics>
    <graphics type='spice'>
      <listen type='network' network='${own('default', 'in.ternal')}'/>
    </graphics>
    <serial type='tcp'>
      <source mode='bind' host='192.0.2.11' service='4555'/>
    </serial>
  </devices>
</domain>`;
	const [here, there] = [definition(one => one), definition((_, other) => other)];
	const rewrites = [
		{of: 'link', from: 'br0', to: 'br1'},
		{of: 'link', from: 'br1', to: 'br0'},
		{of: 'network', from: 'default', to: 'in.ternal'},
		{of: 'graphics', from: '192.0.2.11', to: '2001:db8::12'},
	] as const;
	const cases = [
		[here, rewrites, there],
		[there, rewrites.map(({of, from, to}) => ({of, from: to, to: from})), here],
	] as const;
	for (const [given, program, expected] of cases) {
		await writeFile(join(bin, 'virsh'), `#!/bin/sh\ncat <<'END'\n${given}\nEND\n`);
		await chmod(join(bin, 'virsh'), 0o755);
		const command = rewriteXml('here', 'the-uuid', {stored: join(place, 'names.xml')}, program);
		await demand(shell, {...command, environment: {PATH: `${bin}:${process.env.PATH}`}});
		const {stdout} = await demand(shell, {host: 'here', argv: ['cat', join(place, 'names.xml')], effect: 'read'});
		t.is(stdout, `${expected}\n`);
	}
});
