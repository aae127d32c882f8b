import type {Event} from '../events.ts';
import type {JournalEntry} from '../ports.ts';
import type {AnyStep} from './perform.ts';

/** Replaces the parameters and results of a task with `no_log`. */
export const hiddenText = 'hidden: the task says no_log';

/** The journal record of a hidden action: only what is required to undo it. */
export function hiddenRecord(record: JournalEntry, step: AnyStep): JournalEntry {
	if (record.type === 'failed' || record.type === 'stuck') return {...record, message: hiddenText};
	if ('undo' in step) return record;
	if (record.type === 'started') return {...record, action: hiddenText};
	return record.type === 'succeeded' ? {...record, receipt: hiddenText} : record;
}

/** An event of a hidden action, reduced to its outcome. */
export function hiddenEvent(event: Event): Event {
	if (!('action' in event)) return event;
	const {item, title, ...name} = event.action;
	const action = {...name, title: item === undefined ? title : title.replace(/ \(.*\)$/s, ` (${hiddenText})`)};
	if (event.type === 'action-retry') {
		return {...event, action, failure: {code: event.failure.code, message: hiddenText, remedies: []}};
	}
	if (event.type !== 'action-ended') return {...event, action};
	const {result, failure, ...rest} = event;
	return {
		...rest,
		action,
		...(result === undefined ? {} : {result: {censored: hiddenText, changed: result.changed === true}}),
		...(failure === undefined ? {} : {failure: {code: failure.code, message: hiddenText, remedies: []}}),
	};
}
