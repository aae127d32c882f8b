import type {Command} from '../../shell/command.ts';
import {virsh} from '../virsh.ts';

/** Options of `virsh migrate`, by their names in playbooks. */
export type MigrateOptions = {
	readonly live?: boolean;
	/** Migrates only the definition of a domain that is shut off. */
	readonly offline?: boolean;
	readonly p2p?: boolean;
	readonly tunnelled?: boolean;
	readonly persistent?: boolean;
	readonly undefine_source?: boolean;
	readonly suspend?: boolean;
	readonly copy_storage_all?: boolean;
	readonly copy_storage_inc?: boolean;
	readonly copy_storage_synchronous_writes?: boolean;
	readonly migrate_disks?: readonly string[];
	readonly migrate_disks_detect_zeroes?: readonly string[];
	readonly change_protection?: boolean;
	readonly auto_converge?: boolean;
	/** Percent. */
	readonly auto_converge_initial?: number;
	readonly auto_converge_increment?: number;
	readonly compressed?: boolean;
	readonly comp_methods?: readonly string[];
	/** Bytes, a power of two. */
	readonly comp_xbzrle_cache?: number;
	readonly comp_mt_level?: number;
	readonly comp_mt_threads?: number;
	readonly comp_mt_dthreads?: number;
	readonly comp_zlib_level?: number;
	readonly comp_zstd_level?: number;
	readonly parallel?: boolean;
	readonly parallel_connections?: number;
	readonly zerocopy?: boolean;
	readonly tls?: boolean;
	readonly tls_destination?: string;
	readonly unsafe?: boolean;
	readonly abort_on_error?: boolean;
	readonly rdma_pin_all?: boolean;
	readonly postcopy?: boolean;
	readonly postcopy_after_precopy?: boolean;
	/** Resumes a failed post-copy, with otherwise unchanged options. */
	readonly postcopy_resume?: boolean;
	readonly verbose?: boolean;
	readonly migrate_uri?: string;
	readonly listen_address?: string;
	readonly disks_port?: number;
	readonly disks_uri?: string;
	readonly graphics_uri?: string;
	/** The domain’s name at the destination. Its UUID stays. */
	readonly dname?: string;
	/** Files on the source with the active and persistent definition for the destination. */
	readonly xml?: string;
	readonly persistent_xml?: string;
	/** For the memory and for each disk, in MiB/s. */
	readonly bandwidth_mib?: number;
	readonly postcopy_bandwidth_mib?: number;
	readonly available_switchover_bandwidth_mib?: number;
};

/** Keepalive options of virsh itself, which precede the subcommand. */
export type KeepaliveOptions = {
	readonly keepalive_interval?: number;
	readonly keepalive_count?: number;
};

/** The names of the options in virsh. */
export const migrateFlags: {readonly [Name in keyof MigrateOptions]-?: string} = {
	live: '--live',
	offline: '--offline',
	p2p: '--p2p',
	tunnelled: '--tunnelled',
	persistent: '--persistent',
	undefine_source: '--undefinesource',
	suspend: '--suspend',
	copy_storage_all: '--copy-storage-all',
	copy_storage_inc: '--copy-storage-inc',
	copy_storage_synchronous_writes: '--copy-storage-synchronous-writes',
	migrate_disks: '--migrate-disks',
	migrate_disks_detect_zeroes: '--migrate-disks-detect-zeroes',
	change_protection: '--change-protection',
	auto_converge: '--auto-converge',
	auto_converge_initial: '--auto-converge-initial',
	auto_converge_increment: '--auto-converge-increment',
	compressed: '--compressed',
	comp_methods: '--comp-methods',
	comp_xbzrle_cache: '--comp-xbzrle-cache',
	comp_mt_level: '--comp-mt-level',
	comp_mt_threads: '--comp-mt-threads',
	comp_mt_dthreads: '--comp-mt-dthreads',
	comp_zlib_level: '--comp-zlib-level',
	comp_zstd_level: '--comp-zstd-level',
	parallel: '--parallel',
	parallel_connections: '--parallel-connections',
	zerocopy: '--zerocopy',
	tls: '--tls',
	tls_destination: '--tls-destination',
	unsafe: '--unsafe',
	abort_on_error: '--abort-on-error',
	rdma_pin_all: '--rdma-pin-all',
	postcopy: '--postcopy',
	postcopy_after_precopy: '--postcopy-after-precopy',
	postcopy_resume: '--postcopy-resume',
	verbose: '--verbose',
	migrate_uri: '--migrateuri',
	listen_address: '--listen-address',
	disks_port: '--disks-port',
	disks_uri: '--disks-uri',
	graphics_uri: '--graphicsuri',
	dname: '--dname',
	xml: '--xml',
	persistent_xml: '--persistent-xml',
	bandwidth_mib: '--bandwidth',
	postcopy_bandwidth_mib: '--postcopy-bandwidth',
	available_switchover_bandwidth_mib: '--available-switchover-bandwidth',
};

export type Migration = MigrateOptions &
	KeepaliveOptions & {
		/** The host that runs the command. */
		readonly source: string;
		readonly uuid: string;
		/** The libvirt URI of the destination: for the source's daemon with `p2p`, otherwise for root of the source. */
		readonly desturi: string;
	};

/** Migrates a domain. Never with virsh's `--timeout`, which includes the disk copy. */
export function migrate({source, uuid, desturi, keepalive_interval, keepalive_count, ...options}: Migration): Command {
	const global = [
		...(keepalive_interval === undefined ? [] : ['--keepalive-interval', String(keepalive_interval)]),
		...(keepalive_count === undefined ? [] : ['--keepalive-count', String(keepalive_count)]),
	];
	const args = Object.entries(migrateFlags).flatMap(([name, flag]) =>
		words(flag, options[name as keyof MigrateOptions]),
	);
	return virsh(source, 'write', ['migrate', ...args, '--domain', uuid, '--desturi', desturi], global);
}

/** The help of virsh for `migrate`, without connecting to libvirt. */
export function helpMigrate(host: string): Command {
	return virsh(host, 'read', ['help', 'migrate']);
}

/**
 * The options supported by virsh on a host, such as `--live`.
 *
 * @throws Error for unexpected output.
 */
export function parseHelpMigrate(stdout: string): readonly string[] {
	const options = [...stdout.matchAll(/^ +\[?(--[a-z0-9-]+)/gm)].map(([, option = '']) => option);
	if (!options.includes('--live')) throw new Error('virsh help migrate lists no options');
	return options;
}

function words(flag: string, value: MigrateOptions[keyof MigrateOptions]): readonly string[] {
	if (value === undefined || value === false) return [];
	if (value === true) return [flag];
	return [flag, Array.isArray(value) ? value.join(',') : String(value)];
}
