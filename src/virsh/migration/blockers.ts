/**
 * Queries the migration blockers from QEMU of a running guest. libvirt does not offer a read-only query for them, and
 * marks the guest as tainted (`custom-monitor`) until its next start: only on request.
 */
export function blockersArgs(uuid: string): readonly string[] {
	return ['qemu-monitor-command', '--domain', uuid, '--cmd', '{"execute":"query-migrate"}'];
}

/** Undefined for unexpected output. QEMU before 6.0 does not report blockers. */
export function parseBlockers(text: string): readonly string[] | undefined {
	const answer = parse(text);
	if (!isObject(answer) || !isObject(answer.return)) return undefined;
	const reasons = answer.return['blocked-reasons'] ?? [];
	if (!Array.isArray(reasons) || !reasons.every(reason => typeof reason === 'string')) return undefined;
	return reasons.map(reason => reason.trim());
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
