const flag = (description: string) => ({type: 'boolean', description}) as const;
const whole = (description: string, minimum: number, maximum?: number) =>
	({type: 'integer', minimum, ...(maximum === undefined ? {} : {maximum}), description}) as const;
const text = (description: string) => ({type: 'string', minLength: 1, description}) as const;

/** Options of `virsh migrate` for any move, under the names of virsh. */
export const virshOptions = {
	auto_converge: flag(
		'--auto-converge: throttle the guest’s CPUs progressively while it dirties memory faster than it can be sent.',
	),
	auto_converge_initial: whole('--auto-converge-initial: initial throttling in percent (QEMU’s default: 20).', 1, 99),
	auto_converge_increment: whole(
		'--auto-converge-increment: increment per pass in percent (QEMU’s default: 10).',
		1,
		99,
	),
	compressed: flag('--compressed: compress memory pages that are sent repeatedly.'),
	comp_methods: {
		type: 'array',
		minItems: 1,
		items: {enum: ['xbzrle', 'mt', 'zlib', 'zstd']},
		description: '--comp-methods: compression methods. zlib and zstd require parallel; xbzrle and mt exclude it.',
	},
	comp_xbzrle_cache: whole('--comp-xbzrle-cache: size of the page cache in bytes; a power of two.', 4096),
	comp_mt_level: whole('--comp-mt-level: compression level, from 0 (fastest) to 9 (smallest).', 0, 9),
	comp_mt_threads: whole('--comp-mt-threads: number of compression threads.', 1, 255),
	comp_mt_dthreads: whole('--comp-mt-dthreads: number of decompression threads.', 1, 255),
	comp_zlib_level: whole('--comp-zlib-level: compression level, from 0 (fastest) to 9 (smallest).', 0, 9),
	comp_zstd_level: whole('--comp-zstd-level: compression level, from 1 (fastest) to 20 (smallest).', 0, 20),
	parallel: flag('--parallel: send the memory over several connections.'),
	parallel_connections: whole('--parallel-connections: number of connections (QEMU’s default: 2).', 1, 255),
	zerocopy: flag('--zerocopy: send pages without copying them; requires parallel and locked memory.'),
	tls: flag('--tls: encrypt memory and disks with QEMU’s native TLS; requires certificates on both hosts.'),
	tls_destination: text('--tls-destination: host name expected in the destination’s certificate.'),
	copy_storage_synchronous_writes: flag(
		'--copy-storage-synchronous-writes: complete each write of the guest only when it has reached the destination, so that the disk copy converges.',
	),
	migrate_disks_detect_zeroes: {
		type: 'array',
		minItems: 1,
		items: {type: 'string'},
		description: '--migrate-disks-detect-zeroes: disks whose zeroes take no space at the destination, such as [vda].',
	},
	listen_address: text(
		'--listen-address: address on which the destination listens. Default: its variable migration_listen, otherwise all addresses.',
	),
	disks_port: whole(
		'--disks-port: port for the disks. Default: the destination’s variable migration_disks_port, otherwise a free port.',
		1,
		65535,
	),
	graphics_uri: text('--graphicsuri: URI for SPICE clients to reconnect to after the migration.'),
	bandwidth_mib: whole('--bandwidth: bandwidth limit in MiB/s, for the memory and for each disk.', 1),
	postcopy_bandwidth_mib: whole('--postcopy-bandwidth: bandwidth limit in MiB/s for the memory in post-copy.', 1),
	available_switchover_bandwidth_mib: whole(
		'--available-switchover-bandwidth: bandwidth in MiB/s that QEMU assumes for the switch-over.',
		1,
	),
	change_protection: flag('--change-protection: prevent changes to the guest’s definition during the migration.'),
	abort_on_error: flag('--abort-on-error: abort the migration on an I/O error of the guest.'),
	rdma_pin_all: flag('--rdma-pin-all: pin all memory before an RDMA migration.'),
	keepalive_interval: whole('--keepalive-interval of virsh: seconds between keepalive messages.', 0),
	keepalive_count: whole(
		'--keepalive-count of virsh: number of unanswered keepalive messages after which the connection is closed.',
		0,
	),
} as const;
