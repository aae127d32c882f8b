import {masked, maskedData} from '../shell/mask.ts';
import {visible} from './columns.ts';
import type {View} from './view.ts';

/** A view that shows no secret, and whose messages cannot move the cursor: they contain names and errors from hosts. */
export function maskedView(view: View): View {
	return {
		on: event => view.on(maskedData(event)),
		tell: text => view.tell(masked(text).split('\n').map(visible).join('\n')),
		suspend: question => view.suspend(question),
		end: () => view.end(),
	};
}
