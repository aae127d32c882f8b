import {StepError} from '../../errors.ts';
import type {FactRequest, Facts} from '../../facts/facts.ts';
import type {StreamTls} from '../../qemu-img/stream.ts';
import type {QemuConf} from '../../virsh/migration/qemu-conf.ts';
import type {DiskPlanContext} from './disks/disk-scene.ts';

type Ends = {readonly source: string; readonly destination: string};

/** The facts that `demandTls` and `streamTls` require. */
export function tlsRequests({source, destination}: Ends, tls: boolean | undefined): readonly FactRequest[] {
	return tls === true ? [source, destination].map(host => ({kind: 'qemu-conf', host}) as const) : [];
}

/**
 * Verifies that both hosts have the certificates for an encrypted migration. QEMU itself reports missing ones only in
 * its log at the destination.
 *
 * @throws StepError that names the first missing file.
 */
export function demandTls(guest: string, {source, destination}: Ends, facts: Facts): void {
	const [here, there] = [source, destination].map(host => facts.of({kind: 'qemu-conf', host}).tls);
	if (here === undefined || there === undefined) return;
	const client = there.verifiesClient ? ['client-cert.pem', 'client-key.pem'] : [];
	const missing = [
		...missingOf(destination, there, ['ca-cert.pem', 'server-cert.pem', 'server-key.pem']),
		...missingOf(source, here, ['ca-cert.pem', ...client]),
	];
	const [first] = missing;
	if (first === undefined) return;
	throw new StepError(
		`${guest}: tls requires ${first.path} on ${first.host}, which does not exist`,
		`install QEMU's certificates on ${first.host}: ${missing
			.filter(({host}) => host === first.host)
			.map(({path}) => path)
			.join(', ')}; see https://libvirt.org/kbase/tlscerts.html`,
		{retry: 'never'},
	);
}

function missingOf(
	host: string,
	{folder, files}: QemuConf['tls'],
	needed: readonly string[],
): readonly {readonly host: string; readonly path: string}[] {
	if (files === null) return [];
	return needed.filter(file => !files.includes(file)).map(file => ({host, path: `${folder}/${file}`}));
}

/**
 * The encryption of a stream, with the certificates of live migrations; undefined if unencrypted.
 *
 * @throws StepError if a key requires a passphrase.
 */
export function streamTls(
	{definition, source, destination, transfer}: DiskPlanContext,
	facts: Facts,
): StreamTls | undefined {
	if (transfer?.tls === undefined) return undefined;
	const {hostname} = transfer.tls;
	const here = facts.of({kind: 'qemu-conf', host: source}).tls;
	const there = facts.of({kind: 'qemu-conf', host: destination}).tls;
	const locked = here.secret !== null ? source : there.secret !== null ? destination : undefined;
	if (locked !== undefined) {
		throw new StepError(
			`${definition.name}: files cannot be copied encrypted: the TLS key of ${locked} needs the passphrase in a libvirt secret`,
			'start the guest and move it live with media: eject; or set tls: false if the network is trusted',
			{retry: 'never'},
		);
	}
	return {
		serverFolder: there.folder,
		clientFolder: here.folder,
		verifiesClient: there.verifiesClient,
		...(hostname === undefined ? {} : {hostname}),
	};
}
