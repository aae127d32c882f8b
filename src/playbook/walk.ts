import type {Include, IncludeVars, Meta, Node, Play, PlaybookTask} from './model.ts';

/** All that is not a block, in the order in which it stands in the files; of an include also what is known of it. */
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

/** The same without what an include holds: it is chosen while it runs. */
export function walkWritten(nodes: readonly Node[]): readonly Exclude<Node, {kind: 'block'}>[] {
	return nodes.flatMap(node =>
		node.kind === 'block' ? walkWritten([...node.block, ...node.rescue, ...node.always]) : [node],
	);
}

/** All that a play holds, in the order in which it is done; the handlers last. */
export function sectionsOf({preTasks, tasks, postTasks, handlers}: Play): readonly Node[] {
	return [...preTasks, ...tasks, ...postTasks, ...handlers];
}
