import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {DiskPlanContext} from '../disks/disk-scene.ts';

/** The readings that `guardGuest` needs. */
export function guardRequests({definition, source, destination}: DiskPlanContext): readonly FactRequest[] {
	const secrets = definition.secrets === undefined ? [] : [{kind: 'secrets', host: destination} as const];
	return [{kind: 'domain-artifacts', host: source}, ...secrets];
}

/**
 * Is there anything beside disks and definition that would not come along?
 *
 * @throws StepError when there is.
 */
export function guardGuest({definition, source, destination, mode}: DiskPlanContext, facts: Facts): void {
	const {uuid, name} = definition;
	const {snapshots, checkpoints, saved} = facts.of({kind: 'domain-artifacts', host: source});
	const refuse = (why: string, remedy: string) => new StepError(`${name} ${why}`, remedy, {retry: 'never'});
	if (snapshots.includes(uuid)) {
		throw refuse(
			'has snapshots, and libvirt moves no guest with any',
			`virsh snapshot-list ${uuid}; virsh snapshot-delete ${uuid} NAME (on ${source})`,
		);
	}
	if (checkpoints.includes(uuid)) {
		throw refuse(
			'has checkpoints, which would stay behind',
			`virsh checkpoint-list ${uuid}; virsh checkpoint-delete ${uuid} NAME (on ${source})`,
		);
	}
	if (saved.includes(uuid)) {
		throw refuse(
			`has its memory saved in a file on ${source}, which would stay behind`,
			`let it go on: virsh start ${uuid}; or forget it: virsh managedsave-remove ${uuid} (on ${source})`,
		);
	}
	if (definition.tpm && mode === 'cold') {
		throw refuse(
			`has a TPM, whose state in /var/lib/libvirt/swtpm/${uuid} comes along only with a running guest`,
			`start it, and move it live: virsh start ${uuid} (on ${source})`,
		);
	}
	const there = definition.secrets === undefined ? [] : facts.of({kind: 'secrets', host: destination});
	const missing = definition.secrets?.find(secret => !there.includes(secret));
	if (missing !== undefined) {
		throw refuse(
			`needs the secret ${missing}, which ${destination} does not have`,
			`virsh secret-dumpxml ${missing} (on ${source}); virsh secret-define and secret-set-value (on ${destination})`,
		);
	}
}
