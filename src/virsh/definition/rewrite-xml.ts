import {type Command, write} from '../../shell/command.ts';
import {systemUri} from '../virsh.ts';

/** A path of a disk and its replacement; or, with `of`, the name of a network or device, or a listen address. */
export type Rewrite = {
	readonly from: string;
	readonly to: string;
	readonly of?: 'network' | 'link' | 'graphics';
};

/** Files for `--xml` and `--persistent-xml`. The first is omitted for a domain that is shut off. */
export type XmlFiles = {readonly live?: string; readonly stored: string};

/**
 * The definitions contain passwords, for example of consoles. They are therefore read, rewritten and stored on the host
 * itself, in files that only root can read.
 */
const script = `umask 077
dump() {
	text=$(virsh --quiet --connect ${systemUri} dumpxml --domain "$1" --security-info "$2") || exit
	printf '%s\\n' "$text" | sed -e "$4" > "$3"
}
[ -z "$2" ] || dump "$1" --migratable "$2" "$4"
dump "$1" --inactive "$3" "$4"`;

/** Writes the changed definitions of a domain to files on the host. */
export function rewriteXml(host: string, uuid: string, files: XmlFiles, rewrites: readonly Rewrite[]): Command {
	const program = rewrites.map(expression).join('\n');
	return write(host, ['sh', '-c', script, 'sh', uuid, files.live ?? '', files.stored, program]);
}

export function removeXml(host: string, {live, stored}: XmlFiles): Command {
	return write(host, ['rm', '--force', '--', ...(live === undefined ? [] : [live]), stored]);
}

/**
 * libvirt has a fixed notation of elements and attributes, so that the text can be searched. Each line is changed only
 * once.
 */
function expression({from, to, of}: Rewrite): string {
	const found = xmlText(from).replaceAll(/[\\.[\]*^$|]/g, '\\$&');
	const put = xmlText(to).replaceAll(/[\\&|]/g, '\\$&');
	switch (of) {
		case 'network':
			return `${inInterface(`<source network='${found}'`, `<source network='${put}'`)}
${change(String.raw`^\( *<listen type='network'.*\) network='${found}'`, String.raw`\1 network='${put}'`)}`;
		case 'link':
			return `${inInterface(`<source bridge='${found}'`, `<source bridge='${put}'`)}
${inInterface(`<source dev='${found}'`, `<source dev='${put}'`)}`;
		case 'graphics':
			return `${change(String.raw`^\( *<graphics .*\) listen='${found}'`, String.raw`\1 listen='${put}'`)}
${change(`<listen type='address' address='${found}'`, `<listen type='address' address='${put}'`)}`;
		default:
			return change(String.raw`<source \([a-z]*\)='${found}'`, String.raw`<source \1='${put}'`);
	}
}

function change(pattern: string, text: string): string {
	return `s|${pattern}|${text}|\nt`;
}

/** Other devices have sources with the same attributes. */
function inInterface(pattern: string, text: string): string {
	return `/^ *<interface /,/^ *<\\/interface>/{\n${change(pattern, text)}\n}`;
}

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	"'": '&apos;',
	'"': '&quot;',
};

function xmlText(text: string): string {
	return text.replaceAll(/[&<>'"]/g, sign => entities[sign] ?? sign);
}
