import {masked, maskedData} from '../shell/mask.ts';
import {visible} from './columns.ts';
import type {View} from './view.ts';

/** A view that shows no secret, and whose sentences cannot move the cursor: names and errors of hosts stand in them. */
export function maskedView(view: View): View {
	return {
		on: event => view.on(maskedData(event)),
		tell: text => view.tell(masked(text).split('\n').map(visible).join('\n')),
		suspend: question => view.suspend(question),
		end: () => view.end(),
	};
}
