import type {Handler, PlaybookTask} from '../../playbook/model.ts';
import {nearest} from '../../spelling/nearest.ts';
import {TemplateError} from '../../template/error.ts';
import type {Scope} from '../../template/scope.ts';
import {Unknown} from '../../template/value.ts';
import {knownText} from '../conditions.ts';
import type {PlayRun} from './play-state.ts';
import {titleFor} from './title.ts';

/** The names of handlers and topics that a task notifies; `any` if only the run knows them. */
export type Notified = readonly string[] | 'any';

/**
 * The handlers that a task notifies.
 *
 * @throws TemplateError
 */
export function notifiedBy({notify}: PlaybookTask, scope: Scope): Notified {
	const names = notify.flatMap(name => [name.evaluate(scope)].flat());
	return names.some(name => name instanceof Unknown) ? 'any' : names.map(knownText);
}

/** @throws TemplateError for a name that an expression gives and no handler has. */
export function demandHandlers({notify, place}: PlaybookTask, names: Notified, host: string, run: PlayRun): void {
	if (names === 'any' || notify.every(({constant}) => constant)) return;
	const missing = names.find(name => handlersOf(new Set([name]), host, run).length === 0);
	if (missing === undefined) return;
	const known = run.play.handlers.flatMap(handler => [titleFor(handler, host, run), ...handler.listen]);
	throw new TemplateError(`no handler '${missing}' in this play`, place.at('/notify'), nearest(missing, known));
}

/** Notifies the first handler of a name, and all handlers of a topic. */
export function notifyHandlers(names: ReadonlySet<string>, host: string, run: PlayRun): void {
	for (const handler of handlersOf(names, host, run)) {
		run.notified.set(host, (run.notified.get(host) ?? new Set()).add(handler));
	}
}

/** In a rehearsal: handlers that may be notified, each of them if no names are given. */
export function leaveHandlersOpen(names: ReadonlySet<string> | undefined, host: string, run: PlayRun): void {
	const handlers = names === undefined ? run.play.handlers : handlersOf(names, host, run);
	for (const handler of handlers) {
		run.undecidedHandlers.set(host, (run.undecidedHandlers.get(host) ?? new Set()).add(handler));
	}
}

function handlersOf(names: ReadonlySet<string>, host: string, run: PlayRun): readonly Handler[] {
	const named = new Set<string>();
	return run.play.handlers.filter(handler => {
		const title = titleFor(handler, host, run);
		const isFirst = !named.has(title);
		named.add(title);
		return (isFirst && names.has(title)) || handler.listen.some(topic => names.has(topic));
	});
}
