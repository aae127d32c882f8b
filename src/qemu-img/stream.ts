/**
 * How an image goes from one host to another without a guest: the destination serves its image over NBD, as it does when
 * libvirt copies a disk; `qemu-img convert` at the source writes into it, skipping what is empty, and `qemu-img compare`
 * reads both.
 */
import {type Command, read, write} from '../shell/command.ts';

/** One image on its way. */
export type NbdCopy = {
	/** At the source. */
	readonly from: string;
	readonly fromFormat: string;
	/** At the destination, which must be there. */
	readonly to: string;
	readonly toFormat: string;
	/** It has just been made: what is empty at the source need not be written. */
	readonly fresh: boolean;
	/** Where the destination serves it. */
	readonly port: number;
	readonly name: string;
	readonly pidFile: string;
};

/** Serves the image until it is stopped. Done when it listens. */
export function serve(host: string, {to, toFormat, port, name, pidFile}: NbdCopy): Command {
	return write(host, [
		'qemu-nbd',
		'--fork',
		'--persistent',
		'--discard=unmap',
		'--port',
		String(port),
		'--export-name',
		name,
		'--pid-file',
		pidFile,
		'--format',
		toFormat,
		'--',
		to,
	]);
}

/** The file names the process, and the process the file: so that no other process is ever ended. */
const stopScript = `pid=$(cat -- "$1" 2>/dev/null) || exit 0
for left in $(seq 100); do
	tr '\\0' '\\n' 2>/dev/null < "/proc/$pid/cmdline" | grep -qxF -- "$1" || { rm -f -- "$1"; exit 0; }
	[ "$left" -gt 1 ] || kill "$pid"
	sleep 0.05
done
kill -KILL "$pid"; rm -f -- "$1"`;

/** Ends the serving, if there is any. */
export function stopServing(host: string, pidFile: string): Command {
	return write(host, ['sh', '-c', stopScript, 'sh', pidFile]);
}

/** Writes the image into the one that is served. Tells how far it is on its standard output. */
export function copyOverNbd(host: string, address: string, stream: NbdCopy): Command {
	return write(host, [
		'qemu-img',
		'convert',
		'-p',
		'-n',
		...(stream.fresh ? ['--target-is-zero'] : []),
		'-f',
		stream.fromFormat,
		'-O',
		'raw',
		'--',
		stream.from,
		uriOf(address, stream),
	]);
}

/** Reads both: exits with 0 when they are the same, with 1 when not. What is longer by nothing but zeros is the same. */
export function compare(host: string, address: string, stream: NbdCopy): Command {
	return read(host, [
		'qemu-img',
		'compare',
		'-f',
		stream.fromFormat,
		'-F',
		'raw',
		'--',
		stream.from,
		uriOf(address, stream),
	]);
}

/** `(12.34/100%)`, the last of what has come. */
export function parsePercent(text: string): number | undefined {
	const last = [...text.matchAll(/\((\d+\.\d+)\/100%\)/g)].at(-1)?.[1];
	return last === undefined ? undefined : Number(last);
}

function uriOf(address: string, {port, name}: NbdCopy): string {
	return `nbd://${address.includes(':') ? `[${address}]` : address}:${port}/${name}`;
}
