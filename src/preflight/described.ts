import type {DomainDefinition} from '../virsh/definition/dumpxml.ts';
import type {GuestFacts} from './guest-facts.ts';

/** The facts in a guest's XML. Facts from other sources are omitted, and therefore unknown. */
export function describedBy({
	uuid,
	name,
	memoryKib,
	vcpus,
	machine,
	disks,
	storedOnly = [],
	traits,
	metadata,
}: DomainDefinition): GuestFacts {
	const {diskModes, ...rest} = traits;
	return {
		...rest,
		uuid,
		name,
		memoryKib,
		vcpus,
		machine,
		storedOnly,
		pauseConcerns: metadata.concerns,
		carries: metadata.carries,
		disks: disks.map((disk, index) => ({...disk, ...diskModes[index]})),
	};
}
