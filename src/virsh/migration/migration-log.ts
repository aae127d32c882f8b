import {type Command, read} from '../../shell/command.ts';

/** Log errors of a host, in order, without those of every failed migration. */
export type MigrationLog = {
	/** From the QEMU log of the guest. */
	readonly qemu: readonly string[];
	/** From the libvirt log, about any guest. */
	readonly libvirt: readonly string[];
};

/**
 * Lines of both logs start with a time in UTC; lines without one belong to the previous line. The daemon logs to a file
 * if configured, otherwise to the journal.
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

/** Reads log entries about a guest of the last milliseconds. */
export function migrationLog(host: string, guest: string, sinceMs: number): Command {
	return read(host, ['sh', '-c', script, 'sh', guest, String(Math.ceil(sinceMs))]);
}

/** @throws Error for incomplete output. */
export function parseMigrationLog(stdout: string): MigrationLog {
	const lines = stdout.split('\n');
	if (!lines.includes('end')) throw new Error('the output of the host logs is incomplete');
	const of = (log: string) => lines.filter(line => line.startsWith(`${log} `)).map(line => line.slice(log.length + 1));
	return {qemu: qemuErrors(of('qemu')), libvirt: libvirtErrors(of('libvirt'))};
}

/** The log also contains the command line of QEMU, with a backslash at the end of each line except the last. */
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

/** Errors that are consequences of other errors, or of the end of the client. */
const consequence =
	/End of file|Cannot (recv|write) data|socket is closed|unexpectedly (failed|closed)|Domain not found|no domain with matching|operation (aborted|failed: migration)|keepalive|Cannot find 'pm-is-supported'/i;

function unique(lines: readonly string[]): readonly string[] {
	return [...new Set(lines.map(line => line.trim()))];
}
