import type {Command} from '../shell/command.ts';
import {virsh} from './virsh.ts';

/** Options of `virsh migrate`, by the names that they have in a playbook. */
export type MigrateOptions = {
	readonly live?: boolean;
	/** Only the definition of a domain that is shut off. */
	readonly offline?: boolean;
	readonly p2p?: boolean;
	readonly persistent?: boolean;
	readonly undefine_source?: boolean;
	readonly suspend?: boolean;
	readonly copy_storage_all?: boolean;
	readonly copy_storage_inc?: boolean;
	readonly migrate_disks?: readonly string[];
	readonly auto_converge?: boolean;
	readonly compressed?: boolean;
	readonly unsafe?: boolean;
	readonly abort_on_error?: boolean;
	readonly postcopy?: boolean;
	/** Goes on with a post-copy that has failed: all else as it was. */
	readonly postcopy_resume?: boolean;
	readonly verbose?: boolean;
	readonly migrate_uri?: string;
	readonly listen_address?: string;
	readonly disks_port?: number;
	/** Files of the source, with what the domain shall be at the destination: as it runs, and as it is stored. */
	readonly xml?: string;
	readonly persistent_xml?: string;
	/** Of memory and of each disk, in MiB/s. */
	readonly bandwidth_mib?: number;
};

/** How a client finds out that the daemon has gone: options of virsh itself, before the subcommand. */
export type KeepaliveOptions = {
	readonly keepalive_interval?: number;
	readonly keepalive_count?: number;
};

const flags: {readonly [Name in keyof MigrateOptions]-?: string} = {
	live: '--live',
	offline: '--offline',
	p2p: '--p2p',
	persistent: '--persistent',
	undefine_source: '--undefinesource',
	suspend: '--suspend',
	copy_storage_all: '--copy-storage-all',
	copy_storage_inc: '--copy-storage-inc',
	migrate_disks: '--migrate-disks',
	auto_converge: '--auto-converge',
	compressed: '--compressed',
	unsafe: '--unsafe',
	abort_on_error: '--abort-on-error',
	postcopy: '--postcopy',
	postcopy_resume: '--postcopy-resume',
	verbose: '--verbose',
	migrate_uri: '--migrateuri',
	listen_address: '--listen-address',
	disks_port: '--disks-port',
	xml: '--xml',
	persistent_xml: '--persistent-xml',
	bandwidth_mib: '--bandwidth',
};

export type Migration = MigrateOptions &
	KeepaliveOptions & {
		/** The host it runs on. */
		readonly source: string;
		readonly uuid: string;
		/** The destination's libvirt: as the source's daemon reaches it with `p2p`, else as the source's root does. */
		readonly desturi: string;
	};

/** Moves a running domain. Never with virsh's own `--timeout`, which counts the copy of the disks too. */
export function migrate({source, uuid, desturi, keepalive_interval, keepalive_count, ...options}: Migration): Command {
	const global = [
		...(keepalive_interval === undefined ? [] : ['--keepalive-interval', String(keepalive_interval)]),
		...(keepalive_count === undefined ? [] : ['--keepalive-count', String(keepalive_count)]),
	];
	const args = Object.entries(flags).flatMap(([name, flag]) => words(flag, options[name as keyof MigrateOptions]));
	return virsh(source, 'write', ['migrate', ...args, '--domain', uuid, '--desturi', desturi], global);
}

function words(flag: string, value: MigrateOptions[keyof MigrateOptions]): readonly string[] {
	if (value === undefined || value === false) return [];
	if (value === true) return [flag];
	return [flag, Array.isArray(value) ? value.join(',') : String(value)];
}
