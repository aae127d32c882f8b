import {StepError} from '../errors.ts';
import type {Steering} from './migration/convergence/steering.ts';
import {definitionsAfter, hasMoved, moveRequests, planMove} from './migration/plan-move.ts';
import {
	adoptMove,
	guestMove,
	type MoveReceipt,
	moveCommands,
	moveReceipt,
	moveResult,
	type PlannedMove,
	runMove,
	verifyMove,
} from './migration/run-move.ts';
import {whereIs} from './migration/settle.ts';
import {takeBack} from './migration/take-back.ts';
import {defineStep} from './step.ts';

const flag = (description: string) => ({type: 'boolean', description}) as const;

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['guest', 'to'],
	properties: {
		guest: {type: 'string', minLength: 1, description: 'Name or UUID of the guest, on the host that the task runs on.'},
		to: {type: 'string', minLength: 1, description: 'The destination, by its name in the inventory.'},
		live: flag('--live: the guest runs on while its memory is copied.'),
		p2p: flag('--p2p: the source’s daemon drives, and the move goes on without virsh.'),
		persistent: flag('--persistent: the guest has a definition at the destination.'),
		undefine_source: flag('--undefinesource: its definition at the source goes when it has moved.'),
		suspend: flag('--suspend: it stays paused at the destination.'),
		copy_storage_all: flag('--copy-storage-all: copy the disks, onto images that are there already.'),
		copy_storage_inc: flag('--copy-storage-inc: copy the top layer only.'),
		migrate_disks: {
			type: 'array',
			minItems: 1,
			items: {type: 'string'},
			description: '--migrate-disks: copy these disks only: [vda, vdb].',
		},
		auto_converge: flag('--auto-converge: slow the guest down when it changes memory faster than it is sent.'),
		compressed: flag('--compressed: compress memory pages that are sent again.'),
		unsafe: flag('--unsafe: skip libvirt’s own checks.'),
		abort_on_error: flag('--abort-on-error: end the move when the guest meets an I/O error.'),
		verbose: flag('--verbose: virsh shows its own progress too.'),
		migrate_uri: {
			type: 'string',
			description: '--migrateuri: where the data goes. Else tcp:// and the migration host.',
		},
		listen_address: {type: 'string', description: '--listen-address: where the destination listens.'},
		disks_port: {type: 'integer', minimum: 1, maximum: 65535, description: '--disks-port: the port for the disks.'},
		bandwidth_mib: {
			type: 'integer',
			minimum: 1,
			description: '--bandwidth: MiB a second, for the memory and each disk.',
		},
		postcopy: flag('--postcopy: it may be switched to post-copy while it runs.'),
		timeout: {
			type: 'integer',
			minimum: 1,
			description:
				'So many seconds after the disks have been copied, the guest is suspended, or what timeout_postcopy says. virsh’s own --timeout counts the disks too, and would pause the guest in the middle of their copy.',
		},
		timeout_suspend: flag('At the timeout the guest stands still until its memory has been sent: the default.'),
		timeout_postcopy: flag('At the timeout the guest goes on at the destination; needs postcopy.'),
		keepalive_interval: {type: 'integer', minimum: 0, description: '--keepalive-interval of virsh, in seconds.'},
		keepalive_count: {type: 'integer', minimum: 0, description: '--keepalive-count of virsh.'},
	},
} as const;

/** `virsh migrate`, option by option, and then the proof that the guest has arrived. */
export const virshMigrate = defineStep<typeof params, PlannedMove, MoveReceipt>({
	kind: 'action',
	name: 'virsh_migrate',
	summary: 'Run virsh migrate with the options given. It makes no images; `migrate` does it all.',
	examples: [
		'virsh_migrate: {guest: web1, to: kvm2, live: true, persistent: true, undefine_source: true}',
		'virsh_migrate: {guest: web1, to: kvm2, live: true, copy_storage_all: true, migrate_disks: [vdd]}',
	],
	effect: 'write',
	exclusive: true,
	params,
	needs: moveRequests,
	plan({guest, to, ...rest}, at, facts) {
		if (hasMoved({guest, to}, at, facts)) return {skip: `${guest} is on ${to} already`};
		const {move} = planMove({guest, to}, at, facts);
		const {timeout: _, timeout_suspend: __, timeout_postcopy: ___, ...options} = rest;
		const {persistent = false, undefine_source = false} = options;
		return {
			move: {
				...move,
				...definitionsAfter(move, {persistent, undefine_source}),
				paused: move.paused || options.suspend === true,
				...timeoutOf(rest),
			},
			options,
		};
	},
	preview: moveCommands,
	async apply(planned, context) {
		await runMove(planned, context);
		return moveReceipt(planned.move, context);
	},
	adopt: adoptMove,
	verify: verifyMove,
	undo: ({move, options}, _receipt, context) => takeBack(move, options, context),
	settles: true,
	result: ({move}, receipt) => moveResult(move, receipt),
	guest: ({move}, receipt) => guestMove(move, receipt),
	where: ({move}, context) => whereIs(move, context),
});

type Timeout = {
	readonly timeout?: number;
	readonly timeout_suspend?: boolean;
	readonly timeout_postcopy?: boolean;
	readonly postcopy?: boolean;
};

/** @throws StepError for what does not go together. */
function timeoutOf({timeout, timeout_suspend, timeout_postcopy, postcopy}: Timeout): {readonly steering?: Steering} {
	const refuse = (message: string, remedy: string) => new StepError(message, remedy, {retry: 'never'});
	if (timeout_suspend && timeout_postcopy) {
		throw refuse('timeout_suspend and timeout_postcopy are both said', 'say one of them');
	}
	if (timeout_postcopy && !postcopy) throw refuse('timeout_postcopy needs postcopy', 'say postcopy: true as well');
	if (timeout === undefined) {
		if (timeout_suspend || timeout_postcopy) throw refuse('no timeout is said', 'say it in seconds: timeout: 60');
		return {};
	}
	return {
		steering: {
			downtimesMs: [],
			limits: {memoryMs: timeout * 1000},
			lastResort: timeout_postcopy ? 'postcopy' : 'suspend',
		},
	};
}
