import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {HostFacts} from '../../../preflight/host-facts.ts';
import {isActive} from '../../../virsh/states.ts';

/** Why a host could not be read; undefined if it responded. */
export function silenceOf(host: string, facts: Facts): string | undefined {
	const asked: readonly FactRequest[] = [
		{kind: 'domains', host},
		{kind: 'host', host},
		{kind: 'capabilities', host},
	];
	return asked.map(request => facts.whyUnread(request)?.why).find(why => why !== undefined);
}

/** The facts of a host for the checks. */
export function hostFacts(name: string, facts: Facts): HostFacts {
	const why = silenceOf(name, facts);
	const survey = facts.get({kind: 'capabilities', host: name});
	const domains = facts.get({kind: 'domains', host: name});
	const lock = facts.get({kind: 'lock', host: name});
	const tls = facts.get({kind: 'certificates', host: name});
	const freeKib = facts.get({kind: 'host', host: name})?.availableKib;
	return {
		name,
		reach: why === undefined ? 'works' : {why},
		...(lock === undefined ? {} : {lock}),
		...(tls === undefined ? {} : {tls}),
		...(freeKib === undefined ? {} : {freeKib}),
		...(survey === undefined
			? {}
			: {
					...survey,
					cordon: survey.cordon ?? null,
					pools: survey.mounts.map(({path, freeBytes}) => ({path, isActive: true, freeBytes, thin: survey.thin})),
				}),
		...(domains === undefined
			? {}
			: {
					unsettled: domains
						.filter(isUnsettled)
						.map(({name: guest, state, reason}) => ({guest, state: `${state} (${reason})`})),
					domains: domains.map(({uuid, name: guest, state}) => ({
						uuid,
						name: guest,
						macs: macsOf(name, uuid, facts),
						isActive: isActive(state),
					})),
				}),
	};
}

/** Whether the guest is in a transient or unknown state. */
function isUnsettled({state, reason}: {readonly state: string; readonly reason: string}): boolean {
	if (['in shutdown', 'crashed', 'no state'].includes(state)) return true;
	return state === 'paused' && ['starting up', 'migrating'].includes(reason);
}

function macsOf(host: string, uuid: string, facts: Facts): readonly string[] {
	const cards = facts.get({kind: 'domain', host, uuid})?.traits.interfaces ?? [];
	return cards.map(({mac}) => mac).filter(mac => mac !== '');
}
