import {type Command, read} from '../shell/command.ts';

/** The files that QEMU opens for an encrypted migration, by their names. */
export const tlsFiles = [
	'ca-cert.pem',
	'server-cert.pem',
	'server-key.pem',
	'client-cert.pem',
	'client-key.pem',
] as const;

export type TlsFile = (typeof tlsFiles)[number];

/** The contents of the certificate directory that libvirt passes to QEMU. Keys are not read. */
export type TlsFolder = {
	readonly folder: string;
	readonly missing: readonly TlsFile[];
	/** Certificates as PEM, by their files. */
	readonly certificates: Readonly<Partial<Record<TlsFile, string>>>;
	/** The host's clock, in milliseconds since 1970. */
	readonly atMs: number;
};

/** The folder is found as libvirt finds it: see qemu.conf, migrate_tls_x509_cert_dir. */
const script = `
setting() { sed -n "s/^ *$1 *= *\\"\\(.*\\)\\".*/\\1/p" /etc/libvirt/qemu.conf 2>/dev/null | tail -n 1; }
folder=$(setting migrate_tls_x509_cert_dir)
[ -n "$folder" ] || { [ ! -d /etc/pki/libvirt-migrate ] || folder=/etc/pki/libvirt-migrate; }
[ -n "$folder" ] || folder=$(setting default_tls_x509_cert_dir)
[ -n "$folder" ] || folder=/etc/pki/qemu
echo "folder $folder"
echo "clock $(date +%s%3N)"
for file; do
	if [ ! -e "$folder/$file" ]; then echo "missing $file"
	else case $file in *-key.pem) ;; *) echo "file $file"; cat "$folder/$file" || exit 1 ;; esac; fi
done
`;

export function surveyCertificates(host: string): Command {
	return read(host, ['sh', '-c', script, 'sh', ...tlsFiles]);
}

/** @throws Error for incomplete output. */
export function parseTlsFolder(stdout: string): TlsFolder {
	const folder = /^folder (.+)$/m.exec(stdout)?.[1];
	const clock = /^clock (\d+)$/m.exec(stdout)?.[1];
	if (folder === undefined || clock === undefined) throw new Error('the host did not report its certificate directory');
	const certificates = new Map<TlsFile, string>();
	for (const file of tlsFiles) {
		const [, , text = ''] = new RegExp(`^(file ${file})\n([^]*?)(?=^file |^missing |$(?![^]))`, 'm').exec(stdout) ?? [];
		if (text !== '') certificates.set(file, text);
	}
	return {
		folder,
		missing: tlsFiles.filter(file => new RegExp(`^missing ${file}$`, 'm').test(stdout)),
		certificates: Object.fromEntries(certificates),
		atMs: Number(clock),
	};
}
