import {StepError} from '../../../errors.ts';
import type {FactRequest, Facts} from '../../../facts/facts.ts';
import {markOf} from '../../../files/claim.ts';
import {compare, copyOverNbd, type NbdCopy, parsePercent, serve, stopServing, trim} from '../../../qemu-img/stream.ts';
import type {Command} from '../../../shell/command.ts';
import {endingText} from '../../../shell/demand.ts';
import type {PortRange} from '../../../virsh/migration/qemu-conf.ts';
import type {StepContext} from '../../step.ts';
import type {GuestMigration} from '../move.ts';
import {streamTls} from '../tls.ts';
import type {Device} from './devices.ts';
import type {DiskCopy, DiskPlanContext} from './disk-scene.ts';

export function nbdCopyRequests({requested, mode, destination}: DiskPlanContext): readonly FactRequest[] {
	if (mode !== 'cold' && requested.media !== 'copy') return [];
	return [
		{kind: 'ports', host: destination},
		{kind: 'qemu-conf', host: destination},
	];
}

type Copied = {
	readonly copies: readonly DiskCopy[];
	readonly devices: readonly Device[];
	readonly extraFiles: readonly DiskCopy[];
};

/**
 * Copies that libvirt does not make: files other than disks, and the disks of a guest that is shut off.
 *
 * @throws StepError if the destination accepts only encrypted migrations and this one is not.
 */
export function planNbdCopies(
	scene: DiskPlanContext,
	{copies, devices, extraFiles}: Copied,
	facts: Facts,
): readonly NbdCopy[] {
	const {mark, mode, destination, transfer = {}} = scene;
	const files = mode === 'cold' ? [...copies, ...extraFiles] : extraFiles;
	const images = [
		...files.map(({target, from, path, image, exactBytes}) => ({
			...{target, from, path, format: image.format, fresh: true},
			...(exactBytes === undefined ? {} : {exactBytes}),
		})),
		...(mode === 'cold' ? devices : []).map(({target, from, path}) => ({
			...{target, from, path, format: 'raw', fresh: false},
		})),
	];
	if (images.length === 0) return [];
	const conf = facts.of({kind: 'qemu-conf', host: destination});
	if (transfer.tls === undefined && conf.tls.isForced) throw mustBeEncrypted(scene);
	const tls = streamTls(scene, facts);
	const port = transfer.port ?? freePort(mark, conf.ports, facts.of({kind: 'ports', host: destination}));
	return images.map(({target, from, path, format, ...rest}) => ({
		from,
		fromFormat: format,
		to: path,
		toFormat: format,
		...rest,
		port,
		...(transfer.listen === undefined ? {} : {listen: transfer.listen}),
		...(tls === undefined ? {} : {tls}),
		name: `${mark}-${target}`,
		pidFile: markOf(`/run/nbd-${target}.pid`, mark),
	}));
}

function mustBeEncrypted({definition, destination}: DiskPlanContext): StepError {
	return new StepError(
		`${definition.name}: ${destination} accepts only encrypted migrations (migrate_tls_force in /etc/libvirt/qemu.conf)`,
		'set tls: true',
		{retry: 'never'},
	);
}

/** The first port to try, which differs between concurrent moves to the same destination. */
function freePort(mark: string, {min, max}: PortRange, taken: readonly number[]): number {
	const count = max - min + 1;
	const start = [...mark].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % count, 0);
	const ports = Array.from({length: count}, (_, index) => min + ((start + index) % count));
	return ports.find(port => !taken.includes(port)) ?? min + start;
}

/** The commands of `copyAll`. */
export function nbdCopyCommands(move: GuestMigration, streams: readonly NbdCopy[] = []): readonly Command[] {
	return streams.flatMap(stream => commandsOf(move, stream));
}

type StreamCommands = readonly [begin: Command, copy: Command, check: Command, ...end: readonly Command[]];

function commandsOf({source, destination, peer}: GuestMigration, stream: NbdCopy): StreamCommands {
	const {to, exactBytes, pidFile} = stream;
	return [
		serve(destination, stream),
		copyOverNbd(source, peer.address, stream),
		compare(source, peer.address, stream),
		stopServing(destination, pidFile),
		...(exactBytes === undefined ? [] : [trim(destination, to, exactBytes)]),
	];
}

/**
 * Copies images to the destination one by one, and compares each.
 *
 * @throws StepError if a copy differs.
 */
export async function copyAll(
	move: GuestMigration,
	streams: readonly NbdCopy[] = [],
	context: StepContext,
): Promise<void> {
	for (const [index, stream] of streams.entries()) {
		const [begin, copy, check, ...end] = commandsOf(move, stream);
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
			throw new StepError(
				`${stream.to} on ${move.destination} could not be proven identical to ${stream.from}: ${why}`,
			);
		}
		for (const command of end) await context.run(command);
	}
}

/** Stops the server of an image before the image is removed. */
export async function stopNbdCopies(
	{destination}: GuestMigration,
	streams: readonly NbdCopy[] = [],
	context: StepContext,
): Promise<void> {
	for (const {pidFile} of streams) await context.run(stopServing(destination, pidFile));
}
