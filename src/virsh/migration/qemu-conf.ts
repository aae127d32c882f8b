import {type Command, read} from '../../shell/command.ts';

/** Migration settings in `/etc/libvirt/qemu.conf` of a host, with libvirt's defaults. */
export type QemuConf = {
	/** Ports that libvirt uses for memory and disks. */
	readonly ports: PortRange;
	readonly tls: {
		/** The certificate directory for migrations. */
		readonly folder: string;
		/** The certificates and keys in it; null if it is not readable. */
		readonly files: readonly string[] | null;
		readonly verifiesClient: boolean;
		/** Only encrypted migrations are accepted. */
		readonly isForced: boolean;
		/** The UUID of the secret that encrypts the key. */
		readonly secret: string | null;
	};
};

export type PortRange = {readonly min: number; readonly max: number};

/** libvirt's defaults. */
export const defaultPorts: PortRange = {min: 49152, max: 49215};

/** Selects the directory like libvirt: that for migrations if it exists, otherwise the default one. */
const script = `
conf=/etc/libvirt/qemu.conf
settings=$(sed -n 's/^[[:space:]]*\\([a-z0-9_]*\\)[[:space:]]*=[[:space:]]*"\\{0,1\\}\\([^"#]*\\)"\\{0,1\\}.*$/\\1=\\2/p' "$conf" 2>/dev/null)
value() { echo "$settings" | sed -n "s/^$1=[[:space:]]*\\(.*[^[:space:]]\\)[[:space:]]*$/\\1/p" | tail -n 1; }
folder=$(value migrate_tls_x509_cert_dir)
[ -n "$folder" ] || { [ ! -d /etc/pki/libvirt-migrate ] || folder=/etc/pki/libvirt-migrate; }
[ -n "$folder" ] || folder=$(value default_tls_x509_cert_dir)
[ -n "$folder" ] || folder=/etc/pki/qemu
echo "folder $folder"
if [ -d "$folder" ] && ! [ -r "$folder" -a -x "$folder" ]; then echo hidden; fi
for file in ca-cert server-cert server-key client-cert client-key; do [ ! -e "$folder/$file.pem" ] || echo "file $file.pem"; done
for name in migration_port_min migration_port_max migrate_tls_force; do echo "$name $(value "$name")"; done
for name in verify secret_uuid; do
	own=$(value "migrate_tls_x509_$name")
	[ -n "$own" ] || own=$(value "default_tls_x509_$name")
	echo "$name $own"
done
`;

export function qemuConf(host: string): Command {
	return read(host, ['sh', '-c', script]);
}

/** @throws Error for output without a certificate directory. */
export function parseQemuConf(stdout: string): QemuConf {
	const line = (word: string) => new RegExp(`^${word} (.+)$`, 'm').exec(stdout)?.[1];
	const folder = line('folder');
	if (folder === undefined) throw new Error('the QEMU settings contain no certificate directory');
	return {
		ports: {
			min: Number(line('migration_port_min') ?? defaultPorts.min),
			max: Number(line('migration_port_max') ?? defaultPorts.max),
		},
		tls: {
			folder,
			files: /^hidden$/m.test(stdout) ? null : [...stdout.matchAll(/^file (\S+)$/gm)].map(([, file = '']) => file),
			verifiesClient: line('verify') !== '0',
			isForced: line('migrate_tls_force') === '1',
			secret: line('secret_uuid') ?? null,
		},
	};
}
