import type {Problem} from '../errors.ts';
import type {Node, Playbook, PlaybookTask} from '../playbook/model.ts';
import {isMapping} from '../template/value.ts';
import {staticValue} from './static-value.ts';

/** Advice for `validate --strict`: no errors, but possible improvements. */
export function adviceFor({plays}: Playbook, stepNames: ReadonlySet<string>): readonly Problem[] {
	return plays.flatMap(({preTasks, tasks, postTasks, handlers, gathersFacts, place}) => [
		...(gathersFacts
			? [
					place.problem(
						'Ansible’s facts are not gathered',
						'/gather_facts',
						'omit it: steps gather the facts they need',
					),
				]
			: []),
		...[preTasks, tasks, postTasks, handlers].flatMap(nodes => adviceOn(nodes, stepNames)),
	]);
}

function adviceOn(nodes: readonly Node[], stepNames: ReadonlySet<string>): readonly Problem[] {
	const end = nodes.findIndex(endsAll);
	const never = end < 0 ? undefined : nodes[end + 1];
	return [
		...nodes.flatMap(node => {
			if (node.kind === 'block') {
				return [node.block, node.rescue, node.always].flatMap(part => adviceOn(part, stepNames));
			}
			if (node.kind === 'include') return adviceOn(node.known, stepNames);
			return node.kind === 'task' ? adviceOnTask(node, stepNames) : [];
		}),
		...(never === undefined ? [] : [never.place.problem('never executed: an earlier task ends the play', '')]),
	];
}

/** Whether the task unconditionally ends the play. */
function endsAll(node: Node): boolean {
	if (node.kind === 'block' || node.when.length > 0 || node.tags.length > 0) return false;
	if (node.kind === 'meta') return /^end_/.test(node.action);
	if (node.kind !== 'task' || node.step.name !== 'fail' || node.failedWhen !== undefined) return false;
	return node.ignoreErrors === false && (node.loop === undefined || node.loop.constant);
}

/** Characters that only a shell interprets. */
const shellSigns = /[|&;<>()$`\\*?[\]#~=%!{}\n]/;

function adviceOnTask({step, params, place, name}: PlaybookTask, stepNames: ReadonlySet<string>): readonly Problem[] {
	if (step.name !== 'command' && step.name !== 'shell') return [];
	const written = staticValue(params);
	const {cmd, argv} = isMapping(written) ? written : {};
	const words = Array.isArray(argv) ? argv.map(String) : typeof cmd === 'string' ? cmd.trim().split(/\s+/) : [];
	const isPlain = step.name === 'command' || (typeof cmd === 'string' && !shellSigns.test(cmd));
	const instead = isPlain ? stepFor(words, stepNames) : undefined;
	const at = `/${step.name}`;
	return [
		...(instead === undefined ? [] : [place.problemAtKey('a step exists for this command', at, `use ${instead}`)]),
		...(instead === undefined && isPlain && step.name === 'shell'
			? [place.problemAtKey('no shell is needed for this', at, 'use command')]
			: []),
		...(name === step.name ? [place.problem('add a name that describes the purpose', '')] : []),
	];
}

/** `virsh --quiet list --all` is `virsh_list`. */
function stepFor([program = '', ...words]: readonly string[], stepNames: ReadonlySet<string>): string | undefined {
	const prefix = /^(?:\/usr\/bin\/)?(virsh|qemu-img)$/.exec(program)?.[1]?.replace('-', '_');
	const subcommand = words.find(word => /^[a-z][a-z-]*$/.test(word));
	if (prefix === undefined || subcommand === undefined) return undefined;
	const name = `${prefix}_${subcommand.replaceAll('-', '_')}`;
	return stepNames.has(name) ? name : undefined;
}
