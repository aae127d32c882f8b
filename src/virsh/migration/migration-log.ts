import {type Command, read} from '../../shell/command.ts';

/** Errors of a host, in the order in which they were written, without what every failed migration writes. */
export type MigrationLog = {
	/** By the guest's own QEMU. */
	readonly qemu: readonly string[];
	/** By libvirt's daemon, about any guest. */
	readonly libvirt: readonly string[];
};

/**
 * Lines of both logs begin with a time in UTC. One that has none belongs to the line before. The daemon writes to a file
 * where it is told so, else to the journal.
 */
const script = `
log=/var/log/libvirt/qemu/$1.log since=$2
at=$(($(date +%s%3N) - since))
from=$(date -u -d "@$((at / 1000))" '+%Y-%m-%d %H:%M:%S').$(printf '%03d' $((at % 1000)))
recent() { tail -n 2000 -- "$1" 2>/dev/null | LC_ALL=C awk -v from="$from" '{ t = substr($0, 1, 23); sub(/T/, " ", t); if (t ~ /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-/) keep = (t >= from); if (keep) print }'; }
recent "$log" | sed 's/^/qemu /'
for daemon in libvirtd virtqemud; do recent "/var/log/libvirt/$daemon.log" | sed -n '/: error :/s/^/libvirt /p'; done
journalctl --quiet --no-pager --output=cat --priority=err --since="@$((at / 1000))" --unit=libvirtd --unit=virtqemud 2>/dev/null | sed 's/^/libvirt /'
echo end
`;

/** Reads what was written about a guest, by its name, in the last milliseconds. */
export function migrationLog(host: string, guest: string, sinceMs: number): Command {
	return read(host, ['sh', '-c', script, 'sh', guest, String(Math.ceil(sinceMs))]);
}

/** @throws Error when the answer has no end. */
export function parseMigrationLog(stdout: string): MigrationLog {
	const lines = stdout.split('\n');
	if (!lines.includes('end')) throw new Error('the output of the host logs is incomplete');
	const of = (log: string) => lines.filter(line => line.startsWith(`${log} `)).map(line => line.slice(log.length + 1));
	return {qemu: qemuErrors(of('qemu')), libvirt: libvirtErrors(of('libvirt'))};
}

/** Beside errors the log has QEMU's whole command line, with a backslash at the end of each line but the last. */
function qemuErrors(lines: readonly string[]): readonly string[] {
	return unique(
		lines
			.filter((line, index) => !line.endsWith('\\') && !(lines[index - 1] ?? '').endsWith('\\'))
			.map(line => line.replace(/^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+0000:) */, '').replace(/^qemu-[\w-]+: /, ''))
			.filter(line => line.trim() !== '' && !ordinaryOfQemu.test(line)),
	);
}

const ordinaryOfQemu =
	/^(starting up libvirt|shutting down, reason|initiating migration|warning: |char device redirected|terminating on signal|load of migration failed: (Input\/output error|Connection reset)|.*Domain id=\d+ is tainted)/;

function libvirtErrors(lines: readonly string[]): readonly string[] {
	return unique(
		lines
			.map(line => line.replace(/^\d{4}-\d\d-\d\d [\d:.]+\+0000: \d+: error : (\w+:\d+ : )?/, ''))
			.filter(line => line.trim() !== '' && !consequence.test(line)),
	);
}

/** What follows from another error, or from the client that ended. */
const consequence =
	/End of file|Cannot (recv|write) data|socket is closed|unexpectedly (failed|closed)|Domain not found|no domain with matching|operation (aborted|failed: migration)|keepalive|Cannot find 'pm-is-supported'/i;

function unique(lines: readonly string[]): readonly string[] {
	return [...new Set(lines.map(line => line.trim()))];
}
