import {StepError} from '../../errors.ts';
import {dropUnchanged, type FileContent, put} from '../../files/content.ts';
import type {Command} from '../../shell/command.ts';
import {defineStep, type StepContext} from '../step.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['dest'],
	properties: {
		dest: {type: 'string', pattern: '^/', description: 'Absolute path of the file on the host.'},
		content: {type: 'string', description: 'Content of the file.'},
		src: {
			type: 'string',
			minLength: 1,
			description: 'Text file with the content, relative to the playbook or to its `files` directory.',
		},
		mode: {
			type: 'string',
			pattern: '^[0-7]{3,4}$',
			description: 'File mode, such as "0644". Default: the mode of the existing file, or 0644.',
		},
	},
} as const;

type CopyAction = {
	readonly host: string;
	readonly dest: string;
	readonly mark: string;
	readonly base64: string;
	readonly mode?: string;
	/** The file before the change. */
	readonly before: Extract<FileContent, {is: 'file'}> | {readonly is: 'absent'};
};

/** Writes a text file. Undo restores the former file. */
export const copy = defineStep<typeof params, CopyAction, null>({
	kind: 'action',
	name: 'copy',
	summary: 'Write text to a file on the host.',
	examples: [
		'copy: {dest: /etc/motd, content: "under maintenance\\n", mode: "0644"}',
		'copy: {dest: /etc/libvirt/hooks/qemu, src: qemu-hook.sh, mode: "0755"}',
	],
	effect: 'write',
	params,
	source: {param: 'src', into: 'content'},
	needs: ({dest}, {host}) => [{kind: 'content', host, path: dest}],
	plan({dest, content = '', mode}, {host, mark}, facts) {
		const before = facts.of({kind: 'content', host, path: dest});
		const base64 = Buffer.from(content, 'utf8').toString('base64');
		if (before.is === 'too large') {
			throw new StepError(
				`${dest} on ${host} is too large to be restored on undo`,
				'move the existing file away first',
				{retry: 'never'},
			);
		}
		const sameMode = mode === undefined || (before.is === 'file' && octal(before.mode) === octal(mode));
		if (before.is === 'file' && before.base64 === base64 && sameMode) return {skip: `${dest} already has this content`};
		return {host, dest, mark, base64, before, ...(mode === undefined ? {} : {mode})};
	},
	preview: action => [putCommand(action)],
	effects({host, dest, base64, mode, before}) {
		const former = before.is === 'file' ? before.mode : '644';
		const value: FileContent = {is: 'file', base64, mode: mode === undefined ? former : octal(mode).toString(8)};
		return [{of: 'reading', request: {kind: 'content', host, path: dest}, value}];
	},
	async apply(action, context) {
		await context.run(putCommand(action));
		return null;
	},
	async adopt(action, context) {
		await verifyContent(action, context);
		return null;
	},
	verify: verifyContent,
	async undo({host, dest, mark, base64, before}, _receipt, context) {
		await context.run(
			before.is === 'file' ? put(host, dest, before.base64, mark, before.mode) : dropUnchanged(host, dest, base64),
		);
	},
	result: ({dest, mode}) => ({dest, ...(mode === undefined ? {} : {mode})}),
});

function putCommand({host, dest, base64, mark, mode}: CopyAction): Command {
	return put(host, dest, base64, mark, mode);
}

async function verifyContent({host, dest, base64, mode}: CopyAction, context: StepContext): Promise<void> {
	const request = {kind: 'content', host, path: dest} as const;
	const found = (await context.facts([request])).of(request);
	const asWanted =
		found.is === 'file' && found.base64 === base64 && (mode === undefined || octal(found.mode) === octal(mode));
	if (!asWanted) throw new StepError(`${dest} on ${host} does not have the expected content`);
}

function octal(mode: string): number {
	return Number.parseInt(mode, 8);
}
