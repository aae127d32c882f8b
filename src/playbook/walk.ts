import type {Include, IncludeVars, Meta, Node, Play, PlaybookTask} from './model.ts';

/** All nodes except blocks, in file order, including the known tasks of includes. */
export function* walkTasks(nodes: readonly Node[]): Generator<PlaybookTask | Include | IncludeVars | Meta> {
	for (const node of nodes) {
		if (node.kind === 'block') {
			yield* walkTasks([...node.block, ...node.rescue, ...node.always]);
			continue;
		}
		yield node;
		if (node.kind === 'include') yield* walkTasks(node.known);
	}
}

/** All nodes except blocks, in file order, without the tasks of includes, which are selected during the run. */
export function walkWritten(nodes: readonly Node[]): readonly Exclude<Node, {kind: 'block'}>[] {
	return nodes.flatMap(node =>
		node.kind === 'block' ? walkWritten([...node.block, ...node.rescue, ...node.always]) : [node],
	);
}

/** All nodes of a play, in the order in which they run; handlers last. */
export function sectionsOf({preTasks, tasks, postTasks, handlers}: Play): readonly Node[] {
	return [...preTasks, ...tasks, ...postTasks, ...handlers];
}
