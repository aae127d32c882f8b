import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {DiskPlanContext} from '../disks/disk-scene.ts';

/** The facts that `guardGuest` requires. */
export function guardRequests({definition, source, destination}: DiskPlanContext): readonly FactRequest[] {
	const secrets = definition.secrets === undefined ? [] : [{kind: 'secrets', host: destination} as const];
	return [{kind: 'domain-artifacts', host: source}, ...secrets];
}

/**
 * Verifies that the guest has nothing that would be left behind, such as snapshots or saved memory.
 *
 * @throws StepError if it has.
 */
export function guardGuest({definition, source, destination, mode}: DiskPlanContext, facts: Facts): void {
	const {uuid, name} = definition;
	const {snapshots, checkpoints, saved} = facts.of({kind: 'domain-artifacts', host: source});
	const refuse = (why: string, remedy: string) => new StepError(`${name} ${why}`, remedy, {retry: 'never'});
	if (snapshots.includes(uuid)) {
		throw refuse(
			'has snapshots; libvirt cannot migrate guests with snapshots',
			`virsh snapshot-list ${uuid}; virsh snapshot-delete ${uuid} NAME (on ${source})`,
		);
	}
	if (checkpoints.includes(uuid)) {
		throw refuse(
			'has checkpoints, which would be left behind',
			`virsh checkpoint-list ${uuid}; virsh checkpoint-delete ${uuid} NAME (on ${source})`,
		);
	}
	if (saved.includes(uuid)) {
		throw refuse(
			`has a managed save image on ${source}, which would be left behind`,
			`restore it: virsh start ${uuid}; or discard the saved state: virsh managedsave-remove ${uuid} (on ${source})`,
		);
	}
	if (definition.tpm && mode === 'cold') {
		throw refuse(
			`has a TPM, whose state in /var/lib/libvirt/swtpm/${uuid} is only migrated with a running guest`,
			`start the guest and move it live: virsh start ${uuid} (on ${source})`,
		);
	}
	const there = definition.secrets === undefined ? [] : facts.of({kind: 'secrets', host: destination});
	const missing = definition.secrets?.find(secret => !there.includes(secret));
	if (missing !== undefined) {
		throw refuse(
			`requires the libvirt secret ${missing}, which does not exist on ${destination}`,
			`virsh secret-dumpxml ${missing} (on ${source}); virsh secret-define and secret-set-value (on ${destination})`,
		);
	}
}
