import {type Command, write} from '../../shell/command.ts';
import {systemUri} from '../virsh.ts';

/** A path of a disk, and what shall stand there instead. */
export type Rewrite = {readonly from: string; readonly to: string};

/** Files for `--xml` and `--persistent-xml`. The first is left out for a domain that is shut off. */
export type XmlFiles = {readonly live?: string; readonly stored: string};

/**
 * The definitions hold passwords, as of consoles: so they are read, rewritten and kept on the host itself, in files that
 * only root may read, and nobody else sees them.
 */
const script = `umask 077
dump() {
	text=$(virsh --quiet --connect ${systemUri} dumpxml --domain "$1" --security-info "$2") || exit
	printf '%s\\n' "$text" | sed -e "$4" > "$3"
}
[ -z "$2" ] || dump "$1" --migratable "$2" "$4"
dump "$1" --inactive "$3" "$4"`;

/** Writes a domain's definitions with other paths of disks into files of the host. */
export function rewriteXml(host: string, uuid: string, files: XmlFiles, rewrites: readonly Rewrite[]): Command {
	const program = rewrites.map(expression).join('\n');
	return write(host, ['sh', '-c', script, 'sh', uuid, files.live ?? '', files.stored, program]);
}

export function removeXml(host: string, {live, stored}: XmlFiles): Command {
	return write(host, ['rm', '--force', '--', ...(live === undefined ? [] : [live]), stored]);
}

/** libvirt writes attributes in one way only, so that the text is found as it is. What is rewritten once stays so. */
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
