import {run, virsh} from '../commands.ts';
import {isCopied} from '../facts.ts';
import {rule} from '../rule.ts';
import {everyDestination, everyDiskPair} from '../scopes.ts';

/** Check 26: space for everything that moves to a destination, and in its thin pools. */
export const spaceRules = [
	rule({
		id: 'destination-thin-pools',
		check: 26,
		about: 'storage pools and thin pools',
		severity: 'blocks',
		of: everyDestination,
		needs: ({host}) => ({pools: host.pools}),
		ask: ({host}) => run(host.name, 'lvs', '--noheadings', '-o', 'lv_name,data_percent,metadata_percent'),
		judge: ({pools}, {host}) =>
			pools.flatMap(({path, thin}) =>
				thin === null || Math.max(thin.dataPercent, thin.metadataPercent) < 90
					? []
					: [
							{
								reason: `the thin pool of ${path} is ${thin.dataPercent} % full (metadata: ${thin.metadataPercent} %)`,
								remedy: run(host.name, 'lvs', '-o', 'lv_name,data_percent,metadata_percent'),
							},
						],
			),
	}),
	rule({
		id: 'disk-space',
		check: 26,
		about: 'disk space at the destination',
		severity: 'blocks',
		of: everyDiskPair,
		needs: ({disk, host, there}) => {
			const copied = disk === undefined || isCopied(disk, there);
			return {bytes: copied ? disk?.spaceBytes : 0, pools: copied ? host.pools : []};
		},
		ask: ({host}) => virsh(host.name, 'pool-list', '--all', '--details'),
		judge: ({bytes, pools}, {disk, host}) => {
			if (bytes === 0 || disk?.path === undefined) return undefined;
			const {path} = disk;
			const [pool] = pools
				.filter(one => path.startsWith(one.path.endsWith('/') ? one.path : `${one.path}/`))
				.toSorted((a, b) => b.path.length - a.path.length);
			if (pool === undefined) {
				return {
					reason: `no storage pool of the destination contains ${path}`,
					remedy: virsh(host.name, 'pool-list', '--all'),
				};
			}
			if (!pool.isActive) {
				return {
					reason: `the storage pool ${pool.path} is not active on the destination`,
					remedy: virsh(host.name, 'pool-list', '--all'),
				};
			}
			if (pool.freeBytes >= bytes) return undefined;
			return {
				reason: `up to ${bytes} bytes required, ${pool.freeBytes} free in ${pool.path}`,
				remedy: run(host.name, 'df', '--block-size=1', pool.path),
			};
		},
	}),
];
