import {masked} from '../../shell/mask.ts';
import {quoteArgv} from '../../shell/quote.ts';
import type {Json, Step} from '../../steps/step.ts';
import type {PlannedAction, PlannedCommand} from './model.ts';
import type {Reversibility} from './rehearsed.ts';

type AnyAction = Extract<Step, {readonly kind: 'action'}>;

/** The rendered text of an action. */
export type ActionText = Pick<
	PlannedAction,
	'guest' | 'uuid' | 'to' | 'reads' | 'commands' | 'undo' | 'warnings' | 'images'
>;

/** The commands of an action, as typed on their hosts. */
export function commandsOf(step: AnyAction, action: Json): readonly PlannedCommand[] {
	return step.preview(action).map(({host, argv}) => ({on: host, run: quoteArgv(argv.map(masked))}));
}

/** What happens to a completed action if a later one fails. */
export function undoOf(step: AnyAction): Reversibility {
	if ('undo' in step) return step.isFinal === true ? 'final' : 'undone';
	return {irreversible: step.irreversible};
}

/**
 * The text of an action of a plan, rendered from the action itself and not from the stored text; undefined if
 * it is not an action of its step. For a hidden action, only its undo is known.
 */
export function actionText(
	{step: name, action}: Pick<PlannedAction, 'step' | 'action'>,
	steps: ReadonlyMap<string, Step>,
): ActionText | undefined {
	const known = steps.get(name);
	if (known?.kind !== 'action') return undefined;
	const says = typeof action === 'object' && action !== null && 'undo' in action;
	const step: AnyAction = says ? (known.withUndo ?? known) : known;
	const reads = step.effect === 'read' ? ({reads: true} as const) : {};
	if (typeof action === 'string') return {...reads, commands: [], undo: undoOf(step)};
	try {
		const move = step.guest?.(action);
		const names = [move?.guest, move?.uuid, move?.to];
		if (move !== undefined && names.some(one => typeof one !== 'string')) return undefined;
		const warnings = step.warnings?.(action) ?? [];
		const images = step.images?.(action) ?? [];
		return {
			...(move === undefined ? {} : {guest: move.guest, uuid: move.uuid, to: move.to}),
			...reads,
			commands: commandsOf(step, action),
			undo: undoOf(step),
			...(warnings.length === 0 ? {} : {warnings}),
			...(images.length === 0 ? {} : {images}),
		};
	} catch {
		// The fields are not those of an action of this step.
		return undefined;
	}
}
