import type {ActionName, Event} from '../engine/events.ts';
import type {Progress} from '../steps/step.ts';
import {bytesText, durationText, padded, rateText, visible} from './format.ts';

type Running = {readonly action: ActionName; readonly since: number; progress?: Progress};

const barWidth = 20;

/** What a live view shows of a run at a moment: what runs, what waits and why, and a line of totals. */
export class Screen {
	readonly #running = new Map<string, Running>();
	readonly #waiting = new Map<string, string>();
	#begun: number | undefined;
	#ended = 0;
	#failed = 0;

	on(event: Event): void {
		this.#begun ??= event.at;
		switch (event.type) {
			case 'action-waiting':
				this.#waiting.set(event.action.id, event.limit);
				return;
			case 'action-started':
				this.#waiting.delete(event.action.id);
				this.#running.set(event.action.id, {action: event.action, since: event.at});
				return;
			case 'undo-started':
				this.#running.set(event.action.id, {
					action: {...event.action, title: `undo ${event.action.title}`},
					since: event.at,
				});
				return;
			case 'action-progress': {
				const running = this.#running.get(event.action.id);
				if (running !== undefined) running.progress = event.progress;
				return;
			}
			case 'action-ended':
				this.#waiting.delete(event.action.id);
				this.#running.delete(event.action.id);
				this.#ended += 1;
				if (event.outcome === 'failed' || event.outcome === 'stuck' || event.outcome === 'unreachable')
					this.#failed += 1;
				return;
		}
	}

	/** At most `height` lines of at most `width` characters. */
	rows(width: number, height: number, now: number): readonly string[] {
		const running = [...this.#running.values()];
		const room = Math.max(1, height - 2);
		const titleWidth = Math.min(32, Math.max(8, ...running.map(({action}) => [...visible(action.title)].length)));
		const shown = running.slice(0, room).map(one => rowOf(one, titleWidth, now));
		const hidden = running.length - shown.length;
		const more = hidden > 0 ? [`  and ${hidden} more`] : [];
		return [...shown, ...more, this.#totals(now)].map(line => cut(line, width));
	}

	#totals(now: number): string {
		const rate = [...this.#running.values()].reduce((sum, {progress}) => sum + (progress?.bytesPerSecond ?? 0), 0);
		const limits = new Map<string, number>();
		for (const limit of this.#waiting.values()) limits.set(limit, (limits.get(limit) ?? 0) + 1);
		return [
			`${this.#ended} done`,
			`${this.#running.size} running`,
			...[...limits].map(([limit, count]) => `${count} waiting for ${limit}`),
			...(this.#failed === 0 ? [] : [`${this.#failed} failed`]),
			...(rate === 0 ? [] : [rateText(rate)]),
			durationText(now - (this.#begun ?? now)),
		].join(' · ');
	}
}

function rowOf({action, since, progress}: Running, titleWidth: number, now: number): string {
	const title = padded(cut(visible(action.title), titleWidth), titleWidth);
	const elapsed = durationText(now - since).padStart(9);
	if (progress === undefined) return `  ${title}  ${elapsed}`;
	const {phase, percent, bytesPerSecond, remainingBytes, dirtyBytesPerSecond, iteration} = progress;
	const figures = [
		...(percent === undefined ? [] : [`${String(Math.floor(percent)).padStart(3)} %`]),
		...(bytesPerSecond === undefined ? [] : [rateText(bytesPerSecond)]),
		...(remainingBytes === undefined ? [] : [`${bytesText(remainingBytes)} left`]),
		...(dirtyBytesPerSecond === undefined ? [] : [`dirties ${rateText(dirtyBytesPerSecond)}`]),
		...(iteration === undefined ? [] : [`pass ${iteration}`]),
	];
	const drawn = percent === undefined ? '' : `  ${bar(percent)}  ${figures.join('  ')}`;
	return `  ${title}  ${elapsed}  ${padded(phase, 8)}${drawn}`.trimEnd();
}

function bar(percent: number | undefined): string {
	const full = Math.round(((percent ?? 0) / 100) * barWidth);
	return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

function cut(text: string, width: number): string {
	const characters = [...text];
	return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
