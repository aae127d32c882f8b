/**
 * Asks the QEMU of a running guest what keeps it from moving. libvirt gives the answer to nothing that only reads, and
 * marks the guest as tainted (`custom-monitor`) until its next start: ask only when a person wants it.
 */
export function blockersArgs(uuid: string): readonly string[] {
	return ['qemu-monitor-command', '--domain', uuid, '--cmd', '{"execute":"query-migrate"}'];
}

/** Undefined for an answer that is none. QEMU before 6.0 does not say. */
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
