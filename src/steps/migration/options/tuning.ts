import {rules} from '../../../preflight/rules.ts';
import {convergenceParams} from '../convergence/policy.ts';
import {moveParams} from './move-params.ts';
import {virshOptions} from './virsh-options.ts';

/** Checks that shall not keep a guest from moving. */
export const accept = {
	type: 'array',
	minItems: 1,
	items: {enum: rules.map(({id}) => id)},
	description:
		'Names of checks (docs/preflight.md) whose findings are only warnings: [guest-bridges]. What libvirt itself refuses still fails.',
} as const;

/** How a guest moves: the same parameters for one guest and for all of a host. */
export const tuning = {
	...moveParams,
	mode: {
		enum: ['p2p', 'managed', 'relay'],
		description:
			'Who drives: `p2p` (the default) the source’s libvirt daemon, so that the move goes on when this machine goes; `managed` the virsh on the source, so that it ends with it; `relay` the same where no host may log in to another: this machine connects the virsh on the source with the libvirt of the destination. Memory and disks go from host to host all the same.',
	},
	...convergenceParams,
	...virshOptions,
} as const;
