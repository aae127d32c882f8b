import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {isOlder} from '../../../preflight/versions.ts';
import {type MigrateOptions, migrateFlags} from '../../../virsh/migration/migrate.ts';
import type {Contradiction, PlanContext} from '../../step.ts';
import {contradictionsIn, saidIn} from './contradictions.ts';

/** Options that virsh has since libvirt 1.3.4 (2016). They are not checked. */
const old: ReadonlySet<string> = new Set([
	...['live', 'offline', 'p2p', 'tunnelled', 'persistent', 'undefine_source', 'suspend', 'copy_storage_all'],
	...['copy_storage_inc', 'migrate_disks', 'change_protection', 'auto_converge', 'compressed', 'unsafe'],
	...['abort_on_error', 'rdma_pin_all', 'postcopy', 'verbose', 'migrate_uri', 'listen_address', 'disks_port'],
	...['graphics_uri', 'dname', 'xml', 'comp_methods', 'comp_xbzrle_cache'],
]);

/** The options that virsh on the source supports, required if a newer option is used. */
export function optionRequests(params: object, {host}: PlanContext): readonly FactRequest[] {
	return young(params).length === 0 ? [] : [{kind: 'migrate-options', host}];
}

/** @throws StepError for an option that virsh on the source does not support. */
export function demandOptions(options: MigrateOptions, {host}: PlanContext, facts: Facts): void {
	const wanted = young(options);
	if (wanted.length === 0) return;
	const there = new Set(facts.of({kind: 'migrate-options', host}));
	const lacking = wanted.find(name => !there.has(migrateFlags[name]));
	if (lacking === undefined) return;
	throw new StepError(
		`virsh on ${host} has no option ${migrateFlags[lacking]}`,
		`remove ${lacking}, or update libvirt-clients on ${host}; see: virsh help migrate (on ${host})`,
		{retry: 'never'},
	);
}

/** The first QEMU version that supports multiple connections together with post-copy. */
const parallelPostcopy = '10.1.0';

type Together = {readonly parallel?: boolean | undefined; readonly postcopy?: boolean | undefined};

/** The QEMU versions of both hosts, required if options can only be combined since a certain version. */
export function versionRequests({parallel, postcopy}: Together, hosts: readonly string[]): readonly FactRequest[] {
	return parallel && postcopy ? hosts.map(host => ({kind: 'capabilities', host}) as const) : [];
}

/** @throws StepError for options that QEMU on one of the hosts cannot combine. */
export function demandVersions({parallel, postcopy}: Together, hosts: readonly string[], facts: Facts): void {
	if (!parallel || !postcopy) return;
	for (const host of hosts) {
		const {qemu} = facts.of({kind: 'capabilities', host});
		if (qemu === undefined || !isOlder(qemu, parallelPostcopy)) continue;
		throw new StepError(
			`parallel together with post-copy requires QEMU ${parallelPostcopy} on both hosts, and ${host} has ${qemu}`,
			'remove parallel; or remove post-copy: deadline: {then: suspend}',
			{retry: 'never'},
		);
	}
}

/** The virsh options set by the step `migrate`: some always, others depending on its parameters. */
export function saidOfMove(
	params: Readonly<Record<string, unknown>>,
	isOpen: (value: unknown) => boolean,
): (option: string) => boolean | undefined {
	const said = saidIn(params, isOpen);
	return option => {
		switch (option) {
			case 'live':
			case 'copy_storage_all':
				return true;
			case 'postcopy':
				return thenOf(params.deadline, isOpen);
			default:
				return said(option);
		}
	};
}

/** The contradictions of a step whose parameter `migrate` applies to each move. */
export function contradictionsOfEach(
	{migrate, limits}: Readonly<Record<string, unknown>>,
	isOpen: (value: unknown) => boolean,
): readonly Contradiction[] {
	if (migrate === undefined || isOpen(migrate)) return [];
	const {disks_port: port} = migrate as {readonly disks_port?: unknown};
	const {per_destination: atOnce} = (isOpen(limits) ? {} : (limits ?? {})) as {readonly per_destination?: unknown};
	if (port !== undefined && !isOpen(limits) && !isOpen(atOnce) && atOnce !== 1) {
		const hint = 'add limits: {per_destination: 1}, or remove disks_port so that libvirt selects free ports';
		return [
			{at: 'migrate/disks_port', message: 'a fixed port can receive the disks of only one guest at a time', hint},
		];
	}
	const found = contradictionsIn(saidOfMove(migrate as Readonly<Record<string, unknown>>, isOpen));
	return found.map(({at, ...rest}) => ({at: `migrate/${at}`, ...rest}));
}

function thenOf(deadline: unknown, isOpen: (value: unknown) => boolean): boolean | undefined {
	if (isOpen(deadline)) return undefined;
	const {then} = (deadline ?? {}) as {readonly then?: unknown};
	return isOpen(then) ? undefined : then === 'postcopy';
}

function young(options: object): readonly (keyof MigrateOptions)[] {
	const names = Object.keys(migrateFlags) as (keyof MigrateOptions)[];
	const given = options as MigrateOptions;
	return names.filter(name => !old.has(name) && given[name] !== undefined && given[name] !== false);
}
