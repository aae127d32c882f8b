import type {Vars} from '../../inventory/inventory.ts';
import {hostScope, nothingLearned} from '../../plan/variables.ts';
import type {IncludeVars} from '../../playbook/model.ts';
import type {Result} from '../../steps/step.ts';
import {literal, type Template} from '../../template/template.ts';
import {firstUntrue, knownText} from '../conditions.ts';
import type {Cohort} from './cohort.ts';
import {itemsOf} from './loop.ts';
import type {PlayRun} from './play-state.ts';
import {nodeName, refuseNode, skipped} from './refuse.ts';
import {remember} from './remember.ts';

/** Sets the variables of a local file for each host. No host is contacted. */
export async function doIncludeVars(node: IncludeVars, {hosts}: Cohort, run: PlayRun): Promise<void> {
	const {emit, world} = run.state.input;
	emit({type: 'task-started', at: world.clock.now(), task: node.id, name: node.name, hosts});
	for (const host of hosts) {
		try {
			includeFor(node, host, run);
		} catch (error) {
			refuseNode(node, host, error, run);
		}
	}
}

function includeFor(node: IncludeVars, host: string, run: PlayRun): void {
	const {learned, input} = run.state;
	const scope = hostScope(run.setting, host, node);
	const results: Result[] = [];
	for (const item of itemsOf(node, scope)) {
		const inside = scope.with({data: item.names});
		const name = nodeName(node, host, item);
		const untrue = firstUntrue(node.when, inside);
		if (untrue !== undefined) {
			results.push(skipped(name, `condition is false: ${untrue}`, run.state).result);
			continue;
		}
		const file = knownText(node.file.evaluate(inside));
		const vars = node.open(file);
		results.push({changed: false, ansible_included_var_files: [file]});
		const known = learned.get(host) ?? nothingLearned;
		const added = node.into === undefined ? vars : {[node.into]: together(vars)};
		learned.set(host, {...known, included: {...known.included, ...added}});
		input.emit({type: 'action-ended', at: input.world.clock.now(), action: name, outcome: 'ok', durationMs: 0});
	}
	if (node.register === undefined) return;
	const [first = {}] = results;
	remember(host, {[node.register]: node.loop === undefined ? first : {changed: false, results}}, run.state);
}

/** Variables as a single mapping. */
function together(vars: Vars): Template {
	const entries = Object.entries(vars);
	return {
		...literal(undefined),
		constant: entries.every(([, {constant}]) => constant),
		evaluate: scope => Object.fromEntries(entries.map(([name, template]) => [name, template.evaluate(scope)])),
	};
}
