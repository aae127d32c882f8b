import type {Definition} from '../virsh/dumpxml.ts';
import type {Traits} from '../virsh/traits.ts';
import type {GuestFacts} from './guest-facts.ts';

/** What a guest's XML alone tells: the facts that other questions answer are left out, and so are not known. */
export function describedBy(definition: Definition, traits: Traits): GuestFacts {
	const {uuid, name, memoryKib, vcpus, machine, disks} = definition;
	const {diskModes, ...rest} = traits;
	return {
		...rest,
		uuid,
		name,
		memoryKib,
		vcpus,
		machine,
		disks: disks.map((disk, index) => ({...disk, ...diskModes[index]})),
	};
}
