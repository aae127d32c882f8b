import type {Contradiction} from '../../step.ts';

/** The value of an option; undefined for an expression whose value is not known yet. */
type Said = (option: string) => boolean | undefined;

type Rule = {
	readonly option: string;
	/** Requires one of these options. */
	readonly needs?: readonly string[];
	/** Excludes these options. */
	readonly without?: readonly string[];
};

/**
 * Combinations rejected by virsh, libvirt or QEMU, according to the manual page of virsh and the messages of libvirt
 * 9.0. A compression method is written as `comp_methods: zlib`.
 */
const rules: readonly Rule[] = [
	{option: 'tunnelled', needs: ['p2p']},
	{option: 'tunnelled', without: ['copy_storage_all', 'copy_storage_inc', 'postcopy', 'parallel', 'tls']},
	{option: 'tunnelled', without: ['migrate_uri', 'listen_address', 'disks_port', 'disks_uri']},
	{option: 'copy_storage_all', without: ['copy_storage_inc']},
	{option: 'migrate_disks', needs: ['copy_storage_all', 'copy_storage_inc']},
	{option: 'migrate_disks_detect_zeroes', needs: ['copy_storage_all', 'copy_storage_inc']},
	{option: 'copy_storage_synchronous_writes', needs: ['copy_storage_all', 'copy_storage_inc']},
	{option: 'disks_port', without: ['disks_uri']},
	{option: 'persistent_xml', needs: ['persistent']},
	{option: 'postcopy', needs: ['live']},
	{option: 'postcopy', without: ['suspend']},
	{option: 'postcopy_after_precopy', needs: ['postcopy']},
	{option: 'postcopy_bandwidth_mib', needs: ['postcopy']},
	{option: 'timeout', needs: ['live']},
	{option: 'timeout_suspend', needs: ['timeout']},
	{option: 'timeout_suspend', without: ['timeout_postcopy']},
	{option: 'timeout_postcopy', needs: ['timeout']},
	{option: 'timeout_postcopy', needs: ['postcopy']},
	{option: 'auto_converge_initial', needs: ['auto_converge']},
	{option: 'auto_converge_increment', needs: ['auto_converge']},
	{option: 'comp_methods: zlib', needs: ['parallel']},
	{option: 'comp_methods: zlib', without: ['comp_methods: zstd']},
	{option: 'comp_methods: zstd', needs: ['parallel']},
	{option: 'comp_methods: xbzrle', without: ['parallel']},
	{option: 'comp_methods: mt', without: ['parallel']},
	{option: 'comp_xbzrle_cache', needs: ['compressed', 'comp_methods: xbzrle']},
	{option: 'comp_mt_level', needs: ['comp_methods: mt']},
	{option: 'comp_mt_threads', needs: ['comp_methods: mt']},
	{option: 'comp_mt_dthreads', needs: ['comp_methods: mt']},
	{option: 'comp_zlib_level', needs: ['comp_methods: zlib']},
	{option: 'comp_zstd_level', needs: ['comp_methods: zstd']},
	{option: 'parallel_connections', needs: ['parallel']},
	{option: 'zerocopy', needs: ['parallel']},
	{option: 'zerocopy', without: ['tls', 'compressed', 'comp_methods']},
	{option: 'tls_destination', needs: ['tls']},
];

/** Contradictions among the options. Unknown values contradict nothing. */
export function contradictionsIn(said: Said): readonly Contradiction[] {
	return rules.flatMap(({option, needs, without = []}): readonly Contradiction[] => {
		if (said(option) !== true) return [];
		const at = option.split(':')[0] ?? option;
		if (needs?.every(other => said(other) === false)) {
			return [{at, message: `${option} requires ${needs.join(' or ')}`, hint: `add ${sayOf(needs[0] ?? '')}`}];
		}
		return without
			.filter(other => said(other) === true)
			.map(other => ({at, message: `${option} and ${other} are mutually exclusive`, hint: 'remove one of them'}));
	});
}

/** Reads the values from parameters as written; `isOpen` recognizes expressions. */
export function saidIn(
	params: Readonly<Record<string, unknown>>,
	isOpen: (value: unknown) => boolean,
): (option: string) => boolean | undefined {
	return option => {
		const [name = '', method] = option.split(': ');
		const value = params[name];
		if (isOpen(value)) return undefined;
		if (method !== undefined) return Array.isArray(value) && value.includes(method);
		return value !== undefined && value !== null && value !== false;
	};
}

function sayOf(option: string): string {
	const [name, method] = option.split(': ');
	if (method !== undefined) return `${name}: [${method}]`;
	return name === 'timeout' ? 'timeout: 60' : `${name}: true`;
}
