import {X509Certificate} from 'node:crypto';
import {parseTlsFolder, surveyCertificates, type TlsFile} from '../capabilities/certificates.ts';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';

/** The certificates of a host for encrypted migrations, as used by libvirt. */
export type TlsFact = {
	readonly folder: string;
	/** Missing files. */
	readonly missing: readonly TlsFile[];
	/** Validity of each certificate, as Unix times in milliseconds, and its names and addresses. */
	readonly certificates: Readonly<Partial<Record<TlsFile, CertificateFact>>>;
	/** The host's clock when it was read. */
	readonly atMs: number;
};

export type CertificateFact = {
	readonly validFromMs: number;
	readonly validUntilMs: number;
	readonly names: readonly string[];
	readonly fingerprint: string;
	/** The fingerprint of the CA in the same directory, if it signed the certificate. */
	readonly signedBy?: string;
};

export async function readCertificates(shell: Shell, host: string): Promise<TlsFact> {
	return tlsFact((await demand(shell, surveyCertificates(host))).stdout);
}

/** @throws Error for a file without a certificate. */
export function tlsFact(stdout: string): TlsFact {
	const {certificates, ...folder} = parseTlsFolder(stdout);
	const authority = certificates['ca-cert.pem'] === undefined ? undefined : read('ca-cert.pem', certificates);
	const facts = (Object.keys(certificates) as TlsFile[]).map(file => {
		const certificate = read(file, certificates);
		const isSigned = authority !== undefined && certificate.verify(authority.publicKey);
		const fact: CertificateFact = {
			validFromMs: Date.parse(certificate.validFrom),
			validUntilMs: Date.parse(certificate.validTo),
			names: namesOf(certificate),
			fingerprint: certificate.fingerprint256,
			...(isSigned ? {signedBy: authority.fingerprint256} : {}),
		};
		return [file, fact] as const;
	});
	return {...folder, certificates: Object.fromEntries(facts)};
}

function read(file: TlsFile, certificates: Readonly<Partial<Record<TlsFile, string>>>): X509Certificate {
	try {
		return new X509Certificate(certificates[file] ?? '');
	} catch {
		throw new Error(`${file} contains no certificate`);
	}
}

/** Subject alternative names and addresses; the common name if there are none. */
function namesOf({subjectAltName, subject}: X509Certificate): readonly string[] {
	const found = [...(subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].flatMap(([, name]) => name ?? []);
	if (found.length > 0) return found;
	const common = /^CN=(.+)$/m.exec(subject ?? '')?.[1];
	return common === undefined ? [] : [common];
}
