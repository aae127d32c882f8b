import {masked, maskedData} from '../shell/mask.ts';
import type {View} from './view.ts';

/** A view that shows no secret. */
export function maskedView(view: View): View {
	return {
		on: event => view.on(maskedData(event)),
		tell: text => view.tell(masked(text)),
		aside: question => view.aside(question),
		end: () => view.end(),
	};
}
