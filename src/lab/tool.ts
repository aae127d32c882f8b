import {demand} from '../shell/demand.ts';
import {localShell} from '../shell/local.ts';

const here = localShell();

/** Runs a program on this machine that must succeed, and returns its standard output. */
export async function tool(argv: readonly [string, ...string[]], stdin?: string): Promise<string> {
	const command = {host: 'this machine', argv, effect: 'write', ...(stdin === undefined ? {} : {stdin})} as const;
	return (await demand(here, command)).stdout;
}

/** Runs a program whose failure means that there was nothing to do; returns whether it succeeded. */
export async function tryTool(argv: readonly [string, ...string[]]): Promise<boolean> {
	const outcome = await here.run({host: 'this machine', argv, effect: 'write'});
	return outcome.end === 'exited' && outcome.code === 0;
}
