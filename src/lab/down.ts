import {readFileSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {setTimeout as wait} from 'node:timers/promises';
import {type LabPlan, layoutOf} from './layout.ts';
import {isAlive, kill} from './process.ts';
import {loadLab} from './state.ts';
import {tryTool} from './tool.ts';

/** Removes a lab, even a partly created or crashed one. Kills only processes of the lab. */
export async function down(plan: LabPlan): Promise<void> {
	const existing = await loadLab(plan.dir);
	const lab = existing ?? layoutOf(plan);
	const inits = Object.values(existing?.inits ?? {});
	// A host's PID namespace dies with its first process.
	for (const init of inits) kill(init);
	for (const init of inits) while (isAlive(init)) await wait(10);
	for (const {namespace, cable} of lab.machines) {
		await tryTool(['ip', 'link', 'del', cable]);
		await tryTool(['ip', 'netns', 'del', namespace]);
	}
	await tryTool(['ip', 'link', 'del', lab.bridge]);
	await unmountBelow(lab.fs);
	await rm(lab.dir, {recursive: true, force: true});
}

/** Unmounts everything below a folder, innermost first, and then the folder itself. */
async function unmountBelow(folder: string): Promise<void> {
	const mounts = readFileSync('/proc/self/mounts', 'utf8')
		.split('\n')
		.map(line => (line.split(' ')[1] ?? '').replace(/\\040/g, ' '))
		.filter(path => path === folder || path.startsWith(`${folder}/`));
	for (const path of mounts.toReversed()) {
		for (let left = 50; left > 0 && !(await tryTool(['umount', path])); left--) await wait(50);
	}
}
