import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {promisify} from 'node:util';
import test from 'ava';
import {explain} from '../../../src/steps/migration/failure-reason.ts';
import {type MigrationLog, migrationLog, parseMigrationLog} from '../../../src/virsh/migration/migration-log.ts';

const ends = {guest: 'web1', source: 'kvm1', destination: 'kvm2'};
const lost = 'End of file while reading data: : Input/output error';
const log = (qemu: readonly string[], libvirt: readonly string[] = []): MigrationLog => ({qemu, libvirt});
const silent = log([]);

/** As libvirt 9.0 and QEMU 7.2 of the lab wrote them. */
const failures = [
	[
		'no emulator there',
		lost,
		{there: log([], ['Cannot check QEMU binary /usr/local/bin/kvm: No such file or directory']), here: silent},
		/^libvirt on kvm2: Cannot check QEMU binary .*kvm: No such file or directory \(virsh: End of file/,
		/install QEMU as \/usr\/local\/bin\/kvm on kvm2/,
	],
	[
		'a listen address that is not there',
		lost,
		{there: log(['-vnc 10.84.0.11:0: Failed to bind socket: Cannot assign requested address'], ['x']), here: silent},
		/^QEMU on kvm2: -vnc 10\.84\.0\.11:0: Failed to bind socket/,
		/change <listen> in <graphics>/,
	],
	[
		'a port that is taken',
		lost,
		{there: log(['-chardev socket,port=4555: Failed to bind socket: Address already in use']), here: silent},
		/Address already in use/,
		/ss --tcp --listening --processes/,
	],
	[
		'a folder that is not there',
		lost,
		{there: log([], ['Unable to open file: /srv/consoles/web1.log: No such file or directory']), here: silent},
		/Unable to open file/,
		/create \/srv\/consoles\/web1\.log on kvm2/,
	],
	[
		'no certificate',
		lost,
		{
			there: log([], ['Unable to access credentials /etc/pki/qemu/ca-cert.pem: No such file or directory']),
			here: silent,
		},
		/ca-cert\.pem/,
		/check QEMU's certificates on kvm2 and kvm1/,
	],
	[
		'only the source knows',
		lost,
		{there: undefined, here: log(['Unable to write to socket: Broken pipe'])},
		/QEMU on kvm1/,
		/web1\.log/,
	],
	[
		'the destination is cordoned',
		lost,
		{
			there: log(
				[],
				[
					'internal error: Child process (PATH=/usr/bin /etc/libvirt/hooks/qemu.d/vacate-cordon web1 migrate begin -) unexpected exit status 1: the host is cordoned by alice: kernel update; to lift it: vacate uncordon kvm2',
				],
			),
			here: silent,
		},
		/^kvm2 accepts no guests: the host is cordoned by alice: kernel update$/,
		/^to lift it: vacate uncordon kvm2$/,
	],
	[
		'nobody knows',
		lost,
		{there: silent, here: silent},
		/^End of file/,
		/\/var\/log\/libvirt\/qemu\/web1\.log .* on kvm2/,
	],
] as const;

for (const [title, said, logs, text, remedy] of failures) {
	test(`the reason of a failed migration: ${title}`, t => {
		const reason = explain(said, ends, logs);
		t.regex(reason.text, text);
		t.regex(reason.remedy ?? '', remedy);
	});
}

test('what virsh says itself is not said twice, and needs no log to be looked at', t => {
	const said = 'internal error: Unable to find an unused port';
	t.deepEqual(explain(said, ends, {there: log([], ['Unable to find an unused port']), here: silent}), {text: said});
	t.deepEqual(
		explain(said, ends, {there: log([], ['operation failed: migration successfully aborted']), here: silent}),
		{
			text: said,
		},
	);
	t.deepEqual(explain(said, ends, {there: silent, here: silent}), {text: said});
});

const recorded = {
	'qemu/web1.log': `2020-11-30 10:00:00.000+0000: starting up libvirt version: 9.0.0
2020-11-30T10:00:01.000000Z qemu-system-x86_64: an error of last month
FUTURE.142+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.22
LC_ALL=C \\
/usr/bin/qemu-system-x86_64 \\
-msg timestamp=on
FUTURE.142+0000: Domain id=4 is tainted: high-privileges
FUTURE.239122Z qemu-system-x86_64: warning: host doesn't support requested feature
FUTURE.239122Z qemu-system-x86_64: -vnc 10.84.0.11:0: Failed to bind socket: Cannot assign requested address
FUTURE.314+0000: shutting down, reason=failed
`,
	'libvirtd.log': `2020-11-30 10:00:00.000+0000: 26: error : old:1 : an error of last month
FUTURE.142+0000: 25: warning : qemuDomainObjTaintMsg:6603 : Domain id=4 is tainted
FUTURE.312+0000: 3217: error : qemuMonitorIORead:423 : End of file from qemu monitor
FUTURE.313+0000: 27: error : virNetClientProgramDispatchError:172 : Unable to open file: /srv/x: No such file or directory
`,
};

test('of the logs only what was written since, without what every failed migration writes', async t => {
	const folder = await mkdtemp(`${tmpdir()}/vacate-`);
	try {
		await mkdir(`${folder}/qemu`);
		for (const [name, text] of Object.entries(recorded)) {
			await writeFile(`${folder}/${name}`, text.replaceAll('FUTURE', '2999-01-01 00:00:00'));
		}
		const [, , script = ''] = migrationLog('kvm1', 'web1', 1).argv;
		const own = script.replaceAll('/var/log/libvirt', folder).replace(/^journalctl/m, 'true');
		const {stdout} = await promisify(execFile)('sh', ['-c', own, 'sh', 'web1', '1000']);
		t.deepEqual(parseMigrationLog(stdout), {
			qemu: ['-vnc 10.84.0.11:0: Failed to bind socket: Cannot assign requested address'],
			libvirt: ['Unable to open file: /srv/x: No such file or directory'],
		});
	} finally {
		await rm(folder, {recursive: true});
	}
	t.throws(() => parseMigrationLog('qemu cut off'), {message: /output of the host logs is incomplete/});
});
