import {randomUUID} from 'node:crypto';
import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {LabHost, LabLayout} from './layout.ts';
import {tool} from './tool.ts';

/** PID 1 of a host: starts the daemons and reaps orphans; otherwise libvirt would wait for dead QEMU processes. */
const init = `#!/bin/sh
hostname "$(cat /etc/hostname)"
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mount -t tmpfs -o mode=700 tmpfs /root
cp -a /etc/lab-home/. /root/
mkdir -p /run/sshd /run/libvirt
/usr/sbin/sshd
/usr/sbin/virtlogd -d
/usr/sbin/libvirtd -d
( until virsh -q -c qemu:///system list >/dev/null 2>&1; do sleep 0.05; done; touch /etc/lab-ready ) &
while :; do sleep 3600 & wait $!; done
`;

/** No cgroups, security driver or other users: they are not available in the namespace. */
const qemuConf = `user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
`;

const sshdConf = `PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
HostKey /etc/ssh/ssh_host_ed25519_key
Subsystem sftp internal-sftp
`;

/** Creates an SSH host key for a host and returns the public key. */
export async function makeHostKey(host: LabHost): Promise<string> {
	const file = join(host.root, 'etc/ssh/ssh_host_ed25519_key');
	await mkdir(dirname(file), {recursive: true});
	await tool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', host.name, '-f', file]);
	return (await readFile(`${file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
}

/** Writes the files that make a host distinct: names, IDs, keys, daemon settings. */
export async function writeHostFiles(lab: LabLayout, host: LabHost, knownHosts: string): Promise<void> {
	const uuid = randomUUID();
	const {key, gateway, machines} = lab;
	const names = machines.map(({address, name}) => `${address} ${name}`);
	const [privateKey, publicKey] = await Promise.all([readFile(key, 'utf8'), readFile(`${key}.pub`, 'utf8')]);
	const files: Readonly<Record<string, string>> = {
		'etc/hostname': `${host.name}\n`,
		'etc/hosts': `127.0.0.1 localhost\n${gateway} controller\n${names.join('\n')}\n`,
		// There is no DNS server: each lookup would take 20 s to time out.
		'etc/resolv.conf': '',
		'etc/nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n',
		'etc/machine-id': `${uuid.replaceAll('-', '')}\n`,
		'etc/ssh/sshd_config': sshdConf,
		'etc/libvirt/libvirtd.conf': `host_uuid = "${uuid}"\nauth_unix_rw = "none"\nauth_unix_ro = "none"\n`,
		'etc/libvirt/qemu.conf': qemuConf,
		'etc/lab-home/.ssh/id_ed25519': privateKey,
		'etc/lab-home/.ssh/id_ed25519.pub': publicKey,
		'etc/lab-home/.ssh/authorized_keys': publicKey,
		'etc/lab-home/.ssh/known_hosts': knownHosts,
		'etc/lab-home/.profile': '',
		'etc/lab-init': init,
	};
	await Promise.all(Object.entries(files).map(([path, text]) => writeInto(host, path, text)));
	await Promise.all(['etc/lab-home', 'etc/lab-home/.ssh'].map(path => chmod(join(host.root, path), 0o700)));
	await Promise.all(
		['etc/lab-home/.ssh/id_ed25519', 'etc/ssh/ssh_host_ed25519_key'].map(path => chmod(join(host.root, path), 0o600)),
	);
	await chmod(join(host.root, 'etc/lab-init'), 0o755);
}

/** Clears a host of what this machine has; deletions affect only the host's own overlay layer. */
export async function emptyHost(host: LabHost): Promise<void> {
	const emptied = ['var/lib/libvirt', 'var/log/libvirt', 'etc/libvirt/qemu', 'etc/ssh'];
	await Promise.all(emptied.map(path => rm(join(host.root, path), {recursive: true, force: true})));
	const made = ['var/lib/libvirt/images', 'var/log/libvirt/qemu', 'etc/libvirt/qemu', 'etc/ssh'];
	await Promise.all(made.map(path => mkdir(join(host.root, path), {recursive: true})));
}

async function writeInto(host: LabHost, path: string, text: string): Promise<void> {
	const file = join(host.root, path);
	await mkdir(dirname(file), {recursive: true});
	await writeFile(file, text);
}
