import type {Event} from '../engine/events.ts';
import {cut, visible, widthOf} from './columns.ts';
import {noColours, type Palette} from './palette.ts';
import {type Running, rowLayout, startRunning} from './row.ts';
import {RunTree} from './run-tree.ts';
import {totalsText} from './totals.ts';
import {type ActionFacts, type DrawTree, factsOf, type RunNode} from './tree-renderer.ts';
import {type Waiting, waitingRows} from './waiting.ts';

/** The number of latest failures that stay visible during the run. */
const failuresInSight = 3;

/** A terminal with fewer lines shows neither failures nor blank lines. */
const roomyHeight = 8;

/** An action of the tree, and its heading. */
type Leaf = {readonly node: RunNode; readonly facts: ActionFacts; readonly heading: string};

/** What a repaint needs of all actions. */
type Collected = {
	readonly pending: Leaf[];
	readonly failed: Leaf[];
	readonly waiting: Waiting[];
	/** For each guest that is to move: has it? */
	readonly moves: boolean[];
	ended: number;
};

function nothingCollected(): Collected {
	return {pending: [], failed: [], waiting: [], moves: [], ended: 0};
}

/** The window of the live view, read from the tree of the run: running actions, latest failures, and a line of totals. */
export class Screen {
	readonly tree: RunTree;
	readonly #palette: Palette;
	/** The widths only grow, so that columns do not jump when rows come and go. */
	#widths = {name: 8, route: 11};

	constructor(palette: Palette = noColours, draw?: DrawTree) {
		this.#palette = palette;
		this.tree = new RunTree(draw);
	}

	on(event: Event): void {
		this.tree.on(event);
	}

	/** At most `height` lines that fill at most `width` columns. */
	rows(width: number, height: number, now: number): readonly string[] {
		const {pending, waiting, failed, moves, ended} = this.#collect(this.tree.run);
		const roomy = height >= roomyHeight;
		const space = roomy ? [''] : [];
		const totals = {
			moves,
			rates: pending.map(({facts}) => facts.progress?.bytesPerSecond ?? 0),
			limits: waiting.map(({limit}) => limit),
			ended,
			failed: failed.length,
			elapsedMs: now - (this.tree.begun ?? now),
		};
		const failures = roomy ? this.#failureRows(failed) : [];
		const tail = [...failures, totalsText(totals, width, this.#palette)];
		const room = height - space.length - tail.length;
		const running = this.#runningRows(pending, width, room, now);
		const spare = roomy ? room - running.length : 0;
		const held = waitingRows(waiting, this.#widths, spare, this.#palette);
		return [...space, ...running, ...held, ...tail].map(line => cut(line, width));
	}

	/** Walks the tree once; each repaint does, so it must stay cheap for large runs. */
	#collect(node: RunNode, path: readonly string[] = [], all: Collected = nothingCollected()): Collected {
		const heading = this.#headingOf(path);
		for (const child of node.subtasks ?? []) {
			const facts = factsOf(child);
			if (facts === undefined) {
				this.#collect(child, [...path, child.title ?? ''], all);
				continue;
			}
			if (facts.moved !== undefined) all.moves.push(facts.moved);
			if (facts.limit !== undefined) all.waiting.push({action: facts.name, limit: facts.limit, weight: facts.weight});
			if (child.hasFinalized()) all.ended += 1;
			else if (child.isPending()) all.pending.push({node: child, facts, heading});
			if (child.hasFailed()) all.failed.push({node: child, facts, heading});
		}
		return all;
	}

	/** `play › task`; empty for an action without a task. */
	#headingOf(path: readonly string[]): string {
		const task = path.at(-1);
		if (task === undefined) return '';
		const {strong, dim} = this.#palette;
		return [...path.slice(0, -1).filter(play => play !== task), strong(task)].join(dim(' › '));
	}

	/** The latest failures, the most recent at the end. */
	#failureRows(failed: readonly Leaf[]): readonly string[] {
		return [...failed]
			.sort((one, other) => (one.facts.failure ?? 0) - (other.facts.failure ?? 0))
			.slice(-failuresInSight)
			.map(({node: {message}}) => {
				const [outcome = '', ...what] = (message.error ?? '').split('  ');
				return `${this.#palette.bad(`✗ ${outcome}`)}  ${what.join('  ')}`;
			});
	}

	/** The rows of running actions under the headings of their tasks, and the number of those that do not fit. */
	#runningRows(pending: readonly Leaf[], width: number, room: number, now: number): readonly string[] {
		// More rows than lines are never shown.
		const rows = pending.slice(0, Math.max(0, room)).map(leaf => ({...leaf, running: runningOf(leaf)}));
		for (const {running} of rows) this.#widen(running);
		const row = rowLayout(width, this.#widths, this.#palette);
		const lines: string[] = [];
		let shown = 0;
		let above = '';
		for (const {heading, running} of rows) {
			const block = heading === above || heading === '' ? [] : [heading];
			const roomForMore = shown + 1 === pending.length ? 0 : 1;
			if (lines.length + block.length + 1 + roomForMore > room) break;
			lines.push(...block, row(running, now));
			above = heading;
			shown += 1;
		}
		const hidden = pending.length - shown;
		return hidden === 0 || room < 1 ? lines : [...lines, this.#palette.dim(`  and ${hidden} more`)];
	}

	#widen({name, does}: Running): void {
		this.#widths = {
			name: Math.max(this.#widths.name, Math.min(24, widthOf(name))),
			route: 'route' in does ? Math.max(this.#widths.route, Math.min(32, widthOf(does.route))) : this.#widths.route,
		};
	}
}

function runningOf({node, facts: {name, since, progress}}: Leaf): Running {
	return {
		...startRunning(name, since),
		phase: visible(node.output ?? ''),
		...(progress === undefined ? {} : {progress}),
	};
}
