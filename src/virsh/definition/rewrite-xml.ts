import {type Command, write} from '../../shell/command.ts';
import {systemUri} from '../virsh.ts';

/** A path of a disk and its replacement. */
export type Rewrite = {readonly from: string; readonly to: string};

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

/** Writes the definitions of a domain with replaced disk paths to files on the host. */
export function rewriteXml(host: string, uuid: string, files: XmlFiles, rewrites: readonly Rewrite[]): Command {
	const program = rewrites.map(expression).join('\n');
	return write(host, ['sh', '-c', script, 'sh', uuid, files.live ?? '', files.stored, program]);
}

export function removeXml(host: string, {live, stored}: XmlFiles): Command {
	return write(host, ['rm', '--force', '--', ...(live === undefined ? [] : [live]), stored]);
}

/** libvirt has a fixed notation of attributes, so that the text can be searched. Each path is replaced only once. */
function expression({from, to}: Rewrite): string {
	const found = xmlText(from).replaceAll(/[\\.[\]*^$|]/g, '\\$&');
	const put = xmlText(to).replaceAll(/[\\&|]/g, '\\$&');
	return String.raw`s|<source \([a-z]*\)='${found}'|<source \1='${put}'|
t`;
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
