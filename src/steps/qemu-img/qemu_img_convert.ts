import {StepError} from '../../errors.ts';
import {claim, createMark, markOf} from '../../files/claim.ts';
import {parseStat} from '../../files/stat.ts';
import {convert} from '../../qemu-img/convert.ts';
import type {Command} from '../../shell/command.ts';
import {defineStep, type StepContext} from '../step.ts';
import {
	identify,
	identityOf,
	type MadeImage,
	type PlacedImage,
	releaseCommands,
	removeImages,
	tracesOf,
} from './images.ts';

const params = {
	type: 'object',
	additionalProperties: false,
	required: ['path', 'dest'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'Path of the image to copy. No guest may be writing to it.'},
		format: {type: 'string', description: 'Format of the image, such as qcow2 (the default) or raw.'},
		dest: {
			type: 'string',
			minLength: 1,
			description: 'Path of the copy on the same host. An existing file is never overwritten.',
		},
		dest_format: {type: 'string', description: 'Format of the copy (default: that of the image).'},
		options: {
			type: 'object',
			additionalProperties: {type: 'string'},
			description: 'Options of the format, as for `qemu-img -o`: {cluster_size: 65536}.',
		},
	},
} as const;

type Source = {readonly path: string; readonly format: string};
type ConvertAction = {readonly host: string; readonly from: Source; readonly placed: PlacedImage};

/** Copies an image, including its backing chain, to a new image. */
export const qemuImgConvert = defineStep<typeof params, ConvertAction, readonly MadeImage[]>({
	kind: 'action',
	name: 'qemu_img_convert',
	summary: 'Copy a disk image to a new file, optionally in another format. Never overwrites an existing file.',
	examples: ['qemu_img_convert: {path: /images/web1.qcow2, dest: /backup/web1.raw, dest_format: raw}'],
	effect: 'write',
	exclusive: true,
	params,
	needs({path, format = 'qcow2', dest, dest_format = format}, {host}, facts) {
		const asked = [
			{kind: 'image', host, path, format},
			{kind: 'path', host, path: dest},
		] as const;
		const there = facts.get({kind: 'path', host, path: dest});
		if (there === undefined || there.type === 'absent') return asked;
		return [...asked, {kind: 'image', host, path: dest, format: dest_format}];
	},
	plan({path, format = 'qcow2', dest, dest_format = format, options = {}}, {host, mark}, facts) {
		const virtualBytes = facts.of({kind: 'image', host, path, format})[0]?.virtualBytes ?? 0;
		if (facts.of({kind: 'path', host, path: dest}).type !== 'absent') {
			const [copy] = facts.of({kind: 'image', host, path: dest, format: dest_format});
			if (copy?.virtualBytes === virtualBytes) return {skip: `${dest} already exists with this size`};
			throw new StepError(
				`${dest} exists on ${host} with ${copy?.virtualBytes} bytes instead of ${virtualBytes}`,
				`check it: qemu-img info ${dest} (on ${host}); move it away if it is not needed`,
				{retry: 'never'},
			);
		}
		const marked = markOf(dest, mark);
		return {
			host,
			from: {path, format},
			placed: {path: dest, marked, image: {path: marked, format: dest_format, virtualBytes, options}},
		};
	},
	preview: action => [...convertCommands(action), ...releaseCommands(action.host, [action.placed])],
	async apply(action, context) {
		const [mark, copy, place] = convertCommands(action);
		await context.run(mark);
		await context.run(copy);
		const {stdout} = await context.run(place);
		return [{path: action.placed.path, identity: identityOf(parseStat(0, stdout, '') ?? {type: 'absent'})}];
	},
	async adopt(action, context) {
		await verifyCopy(action, context);
		return identify(action.host, [action.placed], context);
	},
	verify: verifyCopy,
	async commit({host, placed}, context) {
		for (const command of releaseCommands(host, [placed])) await context.run(command);
	},
	undo: ({host, placed}, receipt, context) => removeImages(host, [placed], receipt ?? [], context),
	traces: ({host, placed}) => tracesOf(host, [placed]),
	result: ({placed}) => ({path: placed.path, size: placed.image.virtualBytes}),
});

function convertCommands({host, from, placed}: ConvertAction): readonly [Command, Command, Command] {
	return [createMark(host, placed.marked), convert(host, from, placed.image), claim(host, placed.marked, placed.path)];
}

async function verifyCopy({host, placed}: ConvertAction, context: StepContext): Promise<void> {
	const {path, image} = placed;
	const request = {kind: 'image', host, path, format: image.format} as const;
	const [made] = (await context.facts([request])).of(request);
	if (made?.virtualBytes !== image.virtualBytes)
		throw new StepError(`${path} on ${host} differs in size from its source`);
}
