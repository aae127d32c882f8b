import type {FromSchema} from 'json-schema-to-ts';
import {parseSize, sizeSchema} from '../../units/units.ts';
import {compressionCache, compressionCacheText, parseCompressionCache} from '../../virsh/migration/migration-limits.ts';
import {guestParam} from '../common/guest-param.ts';
import {defineSetting} from './define-setting.ts';

const params = {
	...guestParam,
	required: ['guest', 'size'],
	properties: {
		...guestParam.properties,
		size: {...sizeSchema, description: 'The size of the cache, a power of two: 64 MiB.'},
	},
} as const;

/** Sets the size of the compression cache of a guest. */
export const virshMigrateCompcache = defineSetting<FromSchema<typeof params>>({
	name: 'virsh_migrate_compcache',
	summary: 'Set the size of the cache of a compressed migration.',
	examples: ['virsh_migrate_compcache: {guest: web1, size: 128 MiB}'],
	params,
	thing: 'the compression cache',
	words: (_params, uuid) => compressionCache.words(uuid),
	current: (_entry, answer) => parseCompressionCache(answer),
	wanted: ({size}) => parseSize(size),
	told: bytes => compressionCacheText(Number(bytes)),
	set: (_params, host, uuid, bytes) => compressionCache.set(host, uuid, Number(bytes)),
});
