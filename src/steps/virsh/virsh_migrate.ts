import type {ConvergencePolicy} from '../../schedule/convergence.ts';
import {timed} from '../migration/convergence/phase-times.ts';
import {moveDrift} from '../migration/drift.ts';
import {memoryLoad} from '../migration/load.ts';
import {locateGuest} from '../migration/location/resolve-location.ts';
import {contradictionsIn, saidIn} from '../migration/options/contradictions.ts';
import {demandOptions, demandVersions, optionRequests, versionRequests} from '../migration/options/option-check.ts';
import {virshOptions} from '../migration/options/virsh-options.ts';
import {definitionsAfter, hasMoved, moveRequests, planMove} from '../migration/plan-move.ts';
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
} from '../migration/run-move.ts';
import {returnToSource} from '../migration/take-back.ts';
import {demandTls, tlsRequests} from '../migration/tls.ts';
import {defineStep} from '../step.ts';

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
		suspend: flag('--suspend: keep the guest paused at the destination.'),
		copy_storage_all: flag('--copy-storage-all: copy the disks, onto existing images.'),
		copy_storage_inc: flag('--copy-storage-inc: copy the top layer only.'),
		migrate_disks: {
			type: 'array',
			minItems: 1,
			items: {type: 'string'},
			description: '--migrate-disks: copy these disks only: [vda, vdb].',
		},
		...virshOptions,
		unsafe: flag('--unsafe: skip libvirt’s own checks.'),
		tunnelled: flag('--tunnelled: the memory goes through the two daemons; slow, and encrypted where they are.'),
		verbose: flag('--verbose: virsh shows its own progress too.'),
		migrate_uri: {
			type: 'string',
			description: '--migrateuri: where the data goes. Else tcp:// and the migration host.',
		},
		disks_uri: {type: 'string', description: '--disks-uri: where the disks go, tcp://ADDRESS:PORT or unix:///PATH.'},
		dname: {type: 'string', minLength: 1, description: '--dname: its name at the destination. Its UUID stays.'},
		xml: {type: 'string', description: '--xml: a file of the source: what the guest shall be at the destination.'},
		persistent_xml: {type: 'string', description: '--persistent-xml: the same for its definition.'},
		postcopy: flag('--postcopy: it may be switched to post-copy while it runs.'),
		postcopy_after_precopy: flag('--postcopy-after-precopy: it is switched after one pass.'),
		timeout: {
			type: 'integer',
			minimum: 1,
			description:
				'So many seconds after the disks have been copied, the guest is suspended, or what timeout_postcopy says. virsh’s own --timeout counts the disks too, and would pause the guest in the middle of their copy.',
		},
		timeout_suspend: flag('At the timeout, pause the guest until its memory has been sent (the default).'),
		timeout_postcopy: flag('At the timeout the guest goes on at the destination; needs postcopy.'),
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
	contradictions: (params, isOpen) => contradictionsIn(saidIn(params, isOpen)),
	needs: (given, at, facts) => [
		...moveRequests(given, at, facts),
		...optionRequests(given, at),
		...versionRequests(given, [at.host, given.to]),
		...tlsRequests({source: at.host, destination: given.to}, given.tls),
	],
	plan({guest, to, ...rest}, at, facts) {
		const given = {guest, to, ...(rest.dname === undefined ? {} : {dname: rest.dname})};
		if (hasMoved(given, at, facts)) return {skip: `${guest} is already on ${to}`};
		const {move} = planMove(given, at, facts);
		const {timeout: _, timeout_suspend: __, timeout_postcopy: ___, ...options} = rest;
		demandOptions(options, at, facts);
		demandVersions(options, [at.host, to], facts);
		if (options.tls === true) demandTls(move.guest, move, facts);
		const {persistent = false, undefine_source = false} = options;
		return {
			move: {
				...move,
				...definitionsAfter(move, {persistent, undefine_source}),
				...(options.suspend === true ? {pausedThere: true as const} : {}),
				...timeoutOf(rest),
			},
			options,
		};
	},
	preview: moveCommands,
	async apply(planned, outer) {
		const {context, read} = timed(outer);
		await runMove(planned, context);
		return {...(await moveReceipt(planned.move, context)), phasesMs: read()};
	},
	adopt: adoptMove,
	verify: verifyMove,
	undo: ({move, options}, _receipt, context) => returnToSource(move, options, context),
	isFinal: true,
	result: ({move}, receipt) => moveResult(move, receipt),
	guest: ({move}, receipt) => guestMove(move, receipt),
	load: ({move, options}) => ({...memoryLoad(move, options.bandwidth_mib), diskBytes: [], files: []}),
	drift: moveDrift(({options}) => options),
	where: ({move}, context) => locateGuest(move, context),
});

type Timeout = {
	readonly timeout?: number;
	readonly timeout_postcopy?: boolean;
};

function timeoutOf({timeout, timeout_postcopy}: Timeout): {readonly policy?: ConvergencePolicy} {
	if (timeout === undefined) return {};
	return {
		policy: {
			downtimesMs: [],
			limits: {memoryMs: timeout * 1000},
			timeoutAction: timeout_postcopy ? 'postcopy' : 'suspend',
		},
	};
}
