import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {markOf} from '../../../files/claim.ts';
import {compare, copyOverNbd, type NbdCopy, parsePercent, serve, stopServing} from '../../../qemu-img/stream.ts';
import type {Command} from '../../../shell/command.ts';
import {endingText} from '../../../shell/demand.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import type {Device} from './copies.ts';
import type {DiskCopy, DiskPlanContext} from './disk-scene.ts';

/** The ports that libvirt takes for migrations, which a firewall between hosts lets through. */
const firstPort = 49152;
const portCount = 64;

export function nbdCopyRequests({wishes, mode, destination}: DiskPlanContext): readonly FactRequest[] {
	return mode === 'cold' || wishes.media === 'copy' ? [{kind: 'ports', host: destination}] : [];
}

type Copied = {
	readonly copies: readonly DiskCopy[];
	readonly devices: readonly Device[];
	readonly extraFiles: readonly DiskCopy[];
};

/** What libvirt does not copy: files beside the disks, and the disks too of a guest that is shut off. */
export function planNbdCopies(
	scene: DiskPlanContext,
	{copies, devices, extraFiles}: Copied,
	facts: Facts,
): readonly NbdCopy[] {
	const {mark, mode, destination} = scene;
	const files = mode === 'cold' ? [...copies, ...extraFiles] : extraFiles;
	const images = [
		...files.map(({target, from, path, image}) => ({target, from, path, format: image.format, fresh: true})),
		...(mode === 'cold' ? devices : []).map(({target, from, path}) => ({
			target,
			from,
			path,
			format: 'raw',
			fresh: false,
		})),
	];
	if (images.length === 0) return [];
	const port = freePort(mark, facts.of({kind: 'ports', host: destination}));
	return images.map(({target, from, path, format, fresh}) => ({
		from,
		fromFormat: format,
		to: path,
		toFormat: format,
		fresh,
		port,
		name: `${mark}-${target}`,
		pidFile: markOf(`/run/nbd-${target}.pid`, mark),
	}));
}

/** Moves to one destination at a time begin at different places. */
function freePort(mark: string, taken: readonly number[]): number {
	const start = [...mark].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % portCount, 0);
	const ports = Array.from({length: portCount}, (_, index) => firstPort + ((start + index) % portCount));
	return ports.find(port => !taken.includes(port)) ?? firstPort + start;
}

/** The commands of `pourAll`. */
export function nbdCopyCommands(move: GuestMigration, streams: readonly NbdCopy[] = []): readonly Command[] {
	return streams.flatMap(stream => commandsOf(move, stream));
}

function commandsOf(
	{source, destination, peer}: GuestMigration,
	stream: NbdCopy,
): readonly [Command, Command, Command, Command] {
	return [
		serve(destination, stream),
		copyOverNbd(source, peer.address, stream),
		compare(source, peer.address, stream),
		stopServing(destination, stream.pidFile),
	];
}

/**
 * Brings images to the destination, one after the other, and compares each.
 *
 * @throws StepError when one is not the same there.
 */
export async function copyAll(
	move: GuestMigration,
	streams: readonly NbdCopy[] = [],
	context: StepContext,
): Promise<void> {
	for (const [index, stream] of streams.entries()) {
		const [begin, copy, check, end] = commandsOf(move, stream);
		await context.run(begin);
		await context.run(copy, {
			onStdout: text => {
				const percent = parsePercent(text);
				if (percent === undefined) return;
				context.progress({phase: 'disks', percent: Math.round((index * 100 + percent) / streams.length)});
			},
		});
		const compared = await context.attempt(check);
		if (compared.end !== 'exited' || compared.code !== 0) {
			const why = compared.stderr.trim().split('\n').at(-1) || endingText(compared);
			throw new StepError(`${stream.to} on ${move.destination} is not proven to be the same as ${stream.from}: ${why}`);
		}
		await context.run(end);
	}
}

/** Ends what serves an image, before it is removed. */
export async function stopNbdCopies(
	{destination}: GuestMigration,
	streams: readonly NbdCopy[] = [],
	context: StepContext,
): Promise<void> {
	for (const {pidFile} of streams) await context.run(stopServing(destination, pidFile));
}
