import {rules} from '../../../preflight/rules.ts';
import {convergenceParams} from '../convergence/policy.ts';
import {moveParams} from './move-params.ts';
import {virshOptions} from './virsh-options.ts';

/** Checks whose findings do not prevent a move. */
export const accept = {
	type: 'array',
	minItems: 1,
	items: {enum: rules.map(({id}) => id)},
	description:
		'Checks (docs/preflight.md) whose findings become warnings, such as [guest-bridges]. What libvirt itself refuses still fails.',
} as const;

/** How a guest moves. The parameters are the same for `migrate` and `evacuate`. */
export const tuning = {
	...moveParams,
	mode: {
		enum: ['p2p', 'managed', 'relay'],
		description:
			'Which process controls the migration. `p2p` (the default): the libvirt daemon of the source, so that the migration continues if this machine fails. `managed`: virsh on the source, so that the migration ends with it. `relay`: like `managed`, for hosts that cannot log in to each other; this machine relays the connection from virsh on the source to libvirt on the destination. Memory and disks are always sent directly from host to host.',
	},
	...convergenceParams,
	...virshOptions,
} as const;
