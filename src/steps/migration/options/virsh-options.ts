const flag = (description: string) => ({type: 'boolean', description}) as const;
const whole = (description: string, minimum: number, maximum?: number) =>
	({type: 'integer', minimum, ...(maximum === undefined ? {} : {maximum}), description}) as const;
const text = (description: string) => ({type: 'string', minLength: 1, description}) as const;

/** Options of `virsh migrate` that any move may have, with virsh’s names for them. */
export const virshOptions = {
	auto_converge: flag(
		'--auto-converge: slow the guest’s CPUs down, more and more, when it changes memory faster than it can be sent.',
	),
	auto_converge_initial: whole('--auto-converge-initial: percent, to begin with. QEMU’s own is 20.', 1, 99),
	auto_converge_increment: whole('--auto-converge-increment: percent, at each further pass. QEMU’s own is 10.', 1, 99),
	compressed: flag('--compressed: compress memory pages that are sent again.'),
	comp_methods: {
		type: 'array',
		minItems: 1,
		items: {enum: ['xbzrle', 'mt', 'zlib', 'zstd']},
		description: '--comp-methods: how pages are compressed. zlib and zstd go with parallel, xbzrle and mt without.',
	},
	comp_xbzrle_cache: whole('--comp-xbzrle-cache: bytes for pages as they were sent last; a power of two.', 4096),
	comp_mt_level: whole('--comp-mt-level: 0 is fast, 9 small.', 0, 9),
	comp_mt_threads: whole('--comp-mt-threads: threads that compress.', 1, 255),
	comp_mt_dthreads: whole('--comp-mt-dthreads: threads that decompress.', 1, 255),
	comp_zlib_level: whole('--comp-zlib-level: 0 is fast, 9 small.', 0, 9),
	comp_zstd_level: whole('--comp-zstd-level: 1 is fast, 20 small.', 0, 20),
	parallel: flag('--parallel: send the memory over several connections.'),
	parallel_connections: whole('--parallel-connections: how many. QEMU’s own is 2.', 1, 255),
	zerocopy: flag('--zerocopy: the network card takes pages from memory; needs parallel and locked memory.'),
	tls: flag('--tls: memory and disks are encrypted by QEMU; both hosts need certificates.'),
	tls_destination: text('--tls-destination: the name in the destination’s certificate.'),
	copy_storage_synchronous_writes: flag(
		'--copy-storage-synchronous-writes: the guest’s writes wait until they are at the destination too, so that the copy of its disks comes to an end.',
	),
	migrate_disks_detect_zeroes: {
		type: 'array',
		minItems: 1,
		items: {type: 'string'},
		description: '--migrate-disks-detect-zeroes: of these disks, zeroes take no space at the destination: [vda].',
	},
	listen_address: text(
		'--listen-address: where the destination listens. Else migration_listen of its variables, else everywhere.',
	),
	disks_port: whole(
		'--disks-port: the port for the disks. Else migration_disks_port of the destination’s variables, else a free one.',
		1,
		65535,
	),
	graphics_uri: text('--graphicsuri: where a SPICE client finds the guest afterwards.'),
	bandwidth_mib: whole('--bandwidth: at most so many MiB a second, for the memory and for each disk by itself.', 1),
	postcopy_bandwidth_mib: whole('--postcopy-bandwidth: the same for the memory in post-copy.', 1),
	available_switchover_bandwidth_mib: whole(
		'--available-switchover-bandwidth: what QEMU shall count on for the last part, in MiB a second.',
		1,
	),
	change_protection: flag('--change-protection: nobody changes its definition meanwhile.'),
	abort_on_error: flag('--abort-on-error: end the move when the guest meets an I/O error.'),
	rdma_pin_all: flag('--rdma-pin-all: with RDMA, pin all memory before.'),
	keepalive_interval: whole('--keepalive-interval of virsh: seconds between two signs of life.', 0),
	keepalive_count: whole('--keepalive-count of virsh: so many unanswered ones end the connection.', 0),
} as const;
