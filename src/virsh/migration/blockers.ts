/**
 * Queries the migration blockers from QEMU of a running guest. libvirt does not offer a read-only query for them, and
 * marks the guest as tainted (`custom-monitor`) until its next start: only on request.
 */
export function blockersArgs(uuid: string): readonly string[] {
	return ['qemu-monitor-command', '--domain', uuid, '--cmd', '{"execute":"query-migrate"}'];
}

/** Undefined for unexpected output. QEMU before 6.0 does not report blockers. */
export function parseBlockers(text: string): readonly string[] | undefined {
	const {return: answer} = parse(text) ?? {};
	if (answer === undefined) return undefined;
	return (answer['blocked-reasons'] ?? []).map(reason => reason.trim());
}

type Answer = {readonly return?: {readonly 'blocked-reasons'?: readonly string[]}};

function parse(text: string): Answer | undefined {
	try {
		const answer: Answer | null = JSON.parse(text);
		return answer ?? undefined;
	} catch {
		return undefined;
	}
}
