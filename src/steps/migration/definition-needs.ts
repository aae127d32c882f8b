import type {DomainDefinition} from '../../virsh/definition/dumpxml.ts';
import {type HostNeeds, readHostNeeds} from '../../virsh/definition/host-needs.ts';

const known = new WeakMap<DomainDefinition, HostNeeds>();

/** Cached, since an evacuation evaluates each guest and destination several times. */
export function needsOf(definition: DomainDefinition): HostNeeds {
	const needs = known.get(definition) ?? readHostNeeds(definition.xml);
	known.set(definition, needs);
	return needs;
}
