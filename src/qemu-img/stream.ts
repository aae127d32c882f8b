/**
 * Copies an image between hosts without a guest: the destination serves its image over NBD, as it does when
 * libvirt copies a disk; `qemu-img convert` at the source writes into it, skipping what is empty, and `qemu-img compare`
 * reads both.
 */
import {type Command, read, write} from '../shell/command.ts';
import {optionValue} from './create.ts';

/** One copy. */
export type NbdCopy = {
	/** At the source. */
	readonly from: string;
	readonly fromFormat: string;
	/** At the destination, which must be there. */
	readonly to: string;
	readonly toFormat: string;
	/** It has just been made: what is empty at the source need not be written. */
	readonly fresh: boolean;
	/** Address and port of the server. Default: all addresses. */
	readonly port: number;
	readonly listen?: string;
	/** Default: unencrypted. */
	readonly tls?: StreamTls;
	/** The exact size of the file where qemu-img, which counts sectors of 512 bytes, makes it larger. */
	readonly exactBytes?: number;
	readonly name: string;
	readonly pidFile: string;
};

/** Folders with the certificates that QEMU uses for live migrations: what encrypts those encrypts this. */
export type StreamTls = {
	readonly serverFolder: string;
	readonly clientFolder: string;
	/** Must the source show a certificate? */
	readonly verifiesClient: boolean;
	/** The name in the certificate of the destination, where that is not the address. */
	readonly hostname?: string;
};

/** Serves the image until it is stopped. Done when it listens. An empty address is all of them, IPv4 and IPv6. */
export function serve(host: string, {to, toFormat, port, name, pidFile, listen = '', tls}: NbdCopy): Command {
	return write(host, [
		'qemu-nbd',
		'--fork',
		'--persistent',
		'--discard=unmap',
		...(tls === undefined ? [] : ['--object', serverCredentials(tls), '--tls-creds', 'tls0']),
		`--bind=${listen}`,
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

/** Stops the server, if running. */
export function stopServing(host: string, pidFile: string): Command {
	return write(host, ['sh', '-c', stopScript, 'sh', pidFile]);
}

/** Writes the image into the one that is served. Tells how far it is on its standard output. */
export function copyOverNbd(host: string, address: string, stream: NbdCopy): Command {
	const fresh = stream.fresh ? ['--target-is-zero'] : [];
	return write(host, ['qemu-img', 'convert', '-p', '-n', ...fresh, ...endpoints(address, stream, 'convert')]);
}

/** Compares both: exits with 0 if equal, with 1 if not. Excess zeros are ignored. */
export function compare(host: string, address: string, stream: NbdCopy): Command {
	return read(host, ['qemu-img', 'compare', ...endpoints(address, stream, 'compare')]);
}

/** The image at the source, and the one that is served: by name and format, or where it is encrypted by options. */
function endpoints(address: string, stream: NbdCopy, subcommand: 'convert' | 'compare'): readonly string[] {
	const {from, fromFormat, tls} = stream;
	if (tls === undefined) {
		const flag = subcommand === 'convert' ? '-O' : '-F';
		return ['-f', fromFormat, flag, 'raw', '--', from, uriOf(address, stream)];
	}
	const target = subcommand === 'convert' ? ['--target-image-opts'] : [];
	const options = ['--object', clientCredentials(tls), '--image-opts', ...target];
	return [...options, '--', sourceOptions(stream), targetOptions(address, stream, tls)];
}

/** Cuts off the zeros that fill the last sector. */
export function trim(host: string, path: string, bytes: number): Command {
	return write(host, ['truncate', `--size=${bytes}`, '--', path]);
}

/** The last progress of the form `(12.34/100%)`. */
export function parsePercent(text: string): number | undefined {
	const last = [...text.matchAll(/\((\d+\.\d+)\/100%\)/g)].at(-1)?.[1];
	return last === undefined ? undefined : Number(last);
}

function uriOf(address: string, {port, name}: NbdCopy): string {
	return `nbd://${address.includes(':') ? `[${address}]` : address}:${port}/${name}`;
}

function serverCredentials({serverFolder, verifiesClient}: StreamTls): string {
	const verify = verifiesClient ? 'on' : 'off';
	return `tls-creds-x509,id=tls0,endpoint=server,dir=${optionValue(serverFolder)},verify-peer=${verify}`;
}

/** The certificate of the destination is verified always. */
function clientCredentials({clientFolder}: StreamTls): string {
	return `tls-creds-x509,id=tls0,endpoint=client,dir=${optionValue(clientFolder)}`;
}

function sourceOptions({from, fromFormat}: NbdCopy): string {
	return `driver=${optionValue(fromFormat)},file.filename=${optionValue(from)}`;
}

function targetOptions(address: string, {port, name}: NbdCopy, {hostname}: StreamTls): string {
	const verified = hostname === undefined ? '' : `,tls-hostname=${optionValue(hostname)}`;
	const server = `server.type=inet,server.host=${optionValue(address)},server.port=${port}`;
	return `driver=nbd,${server},export=${optionValue(name)},tls-creds=tls0${verified}`;
}
