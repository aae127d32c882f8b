import type {Plan} from '../../plan/document/model.ts';
import {movesOf} from './rows.ts';

/** What the guests that move are, as far as their definitions say it: `web1: Web shop; owner: anna; labels: prod, web`. */
export function serviceTexts(plan: Plan): readonly string[] {
	const moving = new Set(movesOf(plan).flatMap(({uuid, skip}) => (skip === undefined ? (uuid ?? []) : [])));
	return plan.guests.flatMap(({guest, uuid, title, owner, labels = []}) => {
		const known = [
			...(title === undefined ? [] : [title]),
			...(owner === undefined ? [] : [`owner: ${owner}`]),
			...(labels.length === 0 ? [] : [`labels: ${labels.join(', ')}`]),
		];
		return moving.has(uuid) && known.length > 0 ? [`${guest}: ${known.join('; ')}`] : [];
	});
}
