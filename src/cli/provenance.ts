import {readFile} from 'node:fs/promises';
import type {RunProvenance} from '../engine/ports.ts';
import type {HostVersions} from '../facts/host-versions.ts';
import {digestOf} from '../store/plan-file.ts';
import {readPolicy} from '../store/policy-file.ts';
import type {RunFile} from '../store/run-files.ts';

/** This program, as it is named in plans, journals and evidence. */
export function toolName(): string {
	return `vacate ${process.env.VACATE_VERSION ?? 'development'}`;
}

/** What a run rests on, for its journal. */
export async function provenanceOf(
	seal: string | undefined,
	files: readonly RunFile[],
	hosts: readonly HostVersions[],
): Promise<RunProvenance> {
	const read = await readPolicy();
	return {
		tool: toolName(),
		...(seal === undefined ? {} : {plan: seal}),
		...(read === undefined ? {} : {policy: {file: read.file, digest: digestOf(await readFile(read.file, 'utf8'))}}),
		files,
		hosts,
	};
}
