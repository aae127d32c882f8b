import {run} from '../commands.ts';
import type {TlsThere} from '../host-facts.ts';
import type {RuleProblem} from '../rule.ts';
import type {PathItem} from '../scopes.ts';

type Known = {
	readonly here: TlsThere;
	readonly there: TlsThere;
	/** How long the run takes. */
	readonly lastsMs: number;
	readonly address: string;
};

/** The files required on each host, by its role. */
const files = {
	source: ['ca-cert.pem', 'client-cert.pem', 'client-key.pem'],
	destination: ['ca-cert.pem', 'server-cert.pem', 'server-key.pem'],
} as const;

/** Check 40: what QEMU would refuse when it encrypts a move. */
export function tlsProblems({here, there, lastsMs, address}: Known, item: PathItem): readonly RuleProblem[] {
	const {source, host, plan} = item;
	return [
		...endProblems(source.name, here, files.source, lastsMs),
		...endProblems(host.name, there, files.destination, lastsMs),
		...trustProblems(here, there, item),
		...nameProblems(there, plan.tls === true ? address : String(plan.tls), host.name),
	];
}

function endProblems(
	host: string,
	{folder, missing, certificates, atMs}: TlsThere,
	needed: readonly string[],
	lastsMs: number,
): readonly RuleProblem[] {
	return needed.flatMap((file): readonly RuleProblem[] => {
		const path = `${folder}/${file}`;
		if (missing.includes(file)) {
			return [{reason: `${path} does not exist on ${host}`, remedy: run(host, 'virt-pki-validate')}];
		}
		const certificate = certificates[file];
		if (certificate === undefined) return [];
		const remedy = run(host, 'openssl', 'x509', '-in', path, '-noout', '-dates');
		if (certificate.validFromMs > atMs) return [{reason: `${path} on ${host} is not valid yet`, remedy}];
		if (certificate.validUntilMs > atMs + lastsMs) return [];
		const until = new Date(certificate.validUntilMs).toISOString();
		return [{reason: `${path} on ${host} expires before the run ends: ${until}`, remedy}];
	});
}

/** Each end knows the authority that has signed the certificate of the other. */
function trustProblems(here: TlsThere, there: TlsThere, {source, host}: PathItem): readonly RuleProblem[] {
	const trusts = (own: TlsThere, other: TlsThere, file: string) => {
		const authority = own.certificates['ca-cert.pem']?.fingerprint;
		const certificate = other.certificates[file];
		return authority === undefined || certificate === undefined || certificate.signedBy === authority;
	};
	const problem = (other: TlsThere, file: string, name: string, own: TlsThere, owner: string): RuleProblem => ({
		reason: `${other.folder}/${file} of ${name} is not signed by ${own.folder}/ca-cert.pem of ${owner}`,
		remedy: run(name, 'openssl', 'x509', '-in', `${other.folder}/${file}`, '-noout', '-issuer'),
	});
	return [
		...(trusts(here, there, 'server-cert.pem')
			? []
			: [problem(there, 'server-cert.pem', host.name, here, source.name)]),
		...(trusts(there, here, 'client-cert.pem')
			? []
			: [problem(here, 'client-cert.pem', source.name, there, host.name)]),
	];
}

function nameProblems({folder, certificates}: TlsThere, address: string, host: string): readonly RuleProblem[] {
	const certificate = certificates['server-cert.pem'];
	if (certificate === undefined || certificate.names.some(name => matches(name, address))) return [];
	const path = `${folder}/server-cert.pem`;
	return [
		{
			reason: `${path} on ${host} is for ${certificate.names.join(', ') || 'no name'}, not for ${address}`,
			remedy: run(host, 'openssl', 'x509', '-in', path, '-noout', '-ext', 'subjectAltName'),
		},
	];
}

/** An asterisk matches one label. */
function matches(name: string, address: string): boolean {
	if (name.toLowerCase() === address.toLowerCase()) return true;
	return name.startsWith('*.') && address.toLowerCase().replace(/^[^.]+/, '*') === name.toLowerCase();
}
