import type {PathFact} from '../../files/stat.ts';
import {defineStep} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path'],
	properties: {path: {type: 'string', minLength: 1, description: 'Path to examine. Symbolic links are followed.'}},
} as const;

type StatAction = {readonly path: string; readonly found: PathFact};

/** Says what is at a path. */
export const stat = defineStep<typeof params, StatAction, null>({
	kind: 'action',
	name: 'stat',
	summary: 'Report whether a path exists, and its type.',
	examples: ['stat: {path: /var/lib/libvirt/images/web1.qcow2}'],
	effect: 'read',
	params,
	short: 'path',
	needs: ({path}, {host}) => [{kind: 'path', host, path}],
	plan: ({path}, {host}, facts) => ({path, found: facts.of({kind: 'path', host, path})}),
	preview: () => [],
	apply: async () => null,
	verify: async () => {},
	irreversible: 'nothing is changed',
	result: ({path, found}) => ({stat: found.type === 'absent' ? {exists: false} : {...described(found), path}}),
});

function described({type, bytes}: Exclude<PathFact, {type: 'absent'}>) {
	return {exists: true, isreg: type === 'file', isdir: type === 'directory', isblk: type === 'block', size: bytes};
}
