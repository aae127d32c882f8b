import type {DomainDefinition} from '../virsh/definition/dumpxml.ts';
import type {GuestFacts} from './guest-facts.ts';

/** What a guest's XML alone tells: the facts that other questions answer are left out, and so are not known. */
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
