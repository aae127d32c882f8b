import {execFile} from 'node:child_process';
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import test from 'ava';
import {parseQemuConf, qemuConf} from '../../src/virsh/migration/qemu-conf.ts';

const run = promisify(execFile);

/** The script of the command, with another folder in the place of /etc. */
async function read(conf: string | undefined, files: readonly string[] = []) {
	const etc = await mkdtemp(join(tmpdir(), 'vacate-'));
	try {
		await run('mkdir', ['-p', `${etc}/libvirt`, `${etc}/pki/qemu`]);
		if (conf !== undefined) await writeFile(`${etc}/libvirt/qemu.conf`, conf);
		for (const file of files) {
			await run('install', ['-D', '-m', '0600', '/dev/null', `${etc}/${file}`]);
		}
		await chmod(etc, 0o755);
		const [, , script = ''] = qemuConf('kvm1').argv;
		const {stdout} = await run('sh', ['-c', script.replaceAll('/etc/', `${etc}/`)]);
		return parseQemuConf(stdout.replaceAll(etc, '/etc'));
	} finally {
		await rm(etc, {recursive: true});
	}
}

test('a host whose qemu.conf says nothing, or that has none, has libvirt’s defaults', async t => {
	const usual = {
		ports: {min: 49152, max: 49215},
		tls: {folder: '/etc/pki/qemu', files: [], verifiesClient: true, isForced: false, secret: null},
	};
	t.deepEqual(await read('#migration_port_min = 1\n# migrate_tls_force = 1\n'), usual);
	t.deepEqual(await read(undefined), usual);
});

test('what qemu.conf says of migrations', async t => {
	const conf = `migration_port_min = 6000
  migration_port_max=6010 # ten
default_tls_x509_verify = 1
migrate_tls_x509_verify = 0
migrate_tls_force = 1
default_tls_x509_secret_uuid = "d9014867-ec95-4eda-b042-c2816882607c"
`;
	const {ports, tls} = await read(conf, ['pki/qemu/ca-cert.pem']);
	t.deepEqual(ports, {min: 6000, max: 6010});
	t.deepEqual(tls, {
		folder: '/etc/pki/qemu',
		files: ['ca-cert.pem'],
		verifiesClient: false,
		isForced: true,
		secret: 'd9014867-ec95-4eda-b042-c2816882607c',
	});
});

test('the folder of the certificates, as libvirt chooses it', async t => {
	const own = 'pki/libvirt-migrate/ca-cert.pem';
	t.is((await read('default_tls_x509_cert_dir = "/srv/a b"\n')).tls.folder, '/srv/a b');
	const migrate = await read('default_tls_x509_cert_dir = "/srv/all"\n', [own]);
	t.deepEqual([migrate.tls.folder, migrate.tls.files], ['/etc/pki/libvirt-migrate', ['ca-cert.pem']]);
	t.is((await read('migrate_tls_x509_cert_dir = "/srv/moves"\n', [own])).tls.folder, '/srv/moves');
});
