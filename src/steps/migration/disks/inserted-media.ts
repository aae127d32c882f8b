import type {FactRequest, Facts} from '../../../facts/facts.ts';
import type {DiskPlanContext} from './disk-scene.ts';

/** A file of `insert_media` whose drive is empty. */
type Insertion = {readonly target: string; readonly path: string};

function insertionsOf({definition, requested: {insert_media: wanted = {}}}: DiskPlanContext): readonly Insertion[] {
	const empty = definition.disks.filter(({device, path}) => path === undefined && device !== 'disk');
	return empty.flatMap(({target}) => {
		const path = Object.hasOwn(wanted, target) ? wanted[target] : undefined;
		return path === undefined ? [] : [{target, path}];
	});
}

/** The facts that `planInsertions` requires. */
export function insertionRequests(scene: DiskPlanContext): readonly FactRequest[] {
	return insertionsOf(scene).map(({path}) => ({kind: 'path', host: scene.destination, path}));
}

/** What is inserted after the move, and what each empty drive of `insert_media` contains then. */
export function planInsertions(scene: DiskPlanContext, facts: Facts) {
	const {destination: host} = scene;
	return insertionsOf(scene).map(({target, path}) =>
		facts.of({kind: 'path', host, path}).type === 'absent'
			? {left: [{target, reason: `empty, since ${path} does not exist on ${host}`}]}
			: {ejected: [{target, place: path}], left: [{target, reason: `empty; ${path} is inserted after the move`}]},
	);
}
