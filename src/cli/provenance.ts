import type {RunProvenance} from '../engine/ports.ts';
import type {HostVersions} from '../facts/host-versions.ts';
import type {ReadPolicy} from '../store/policy-file.ts';
import type {RunFile} from '../store/run-files.ts';

/** This program, as it is named in plans, journals and evidence. */
export function toolName(): string {
	return `vacate ${process.env.VACATE_VERSION ?? 'development'}`;
}

/** What a run rests on, for its journal. */
export function provenanceOf(
	seal: string | undefined,
	files: readonly RunFile[],
	hosts: readonly HostVersions[],
	policy: ReadPolicy | undefined,
): RunProvenance {
	return {
		tool: toolName(),
		...(seal === undefined ? {} : {plan: seal}),
		...(policy === undefined ? {} : {policy: {file: policy.file, digest: policy.digest}}),
		files,
		hosts,
	};
}
