import {steeringParams} from './convergence/steering.ts';
import {wishes} from './wishes.ts';

/** How a guest moves: the same parameters for one guest and for all of a host. */
export const tuning = {
	...wishes,
	mode: {
		enum: ['p2p', 'managed', 'relay'],
		description:
			'Who drives: `p2p` (the default) the source’s libvirt daemon, so that the move goes on when this machine goes; `managed` the virsh on the source, so that it ends with it; `relay` the same where no host may log in to another: this machine connects the virsh on the source with the libvirt of the destination. Memory and disks go from host to host all the same.',
	},
	...steeringParams,
	auto_converge: {
		type: 'boolean',
		description: 'Slow the guest’s CPUs down, more and more, when it changes memory faster than it can be sent.',
	},
	compressed: {type: 'boolean', description: 'Compress memory pages that are sent again.'},
	bandwidth_mib: {
		type: 'integer',
		minimum: 1,
		description: 'At most so many MiB a second, for the memory and for each disk by itself.',
	},
	abort_on_error: {type: 'boolean', description: 'End the move when the guest meets an I/O error.'},
	keepalive_interval: {type: 'integer', minimum: 0, description: 'Seconds between two signs of life of virsh.'},
	keepalive_count: {type: 'integer', minimum: 0, description: 'So many unanswered ones end the connection.'},
} as const;
