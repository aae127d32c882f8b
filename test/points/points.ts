import type {Point} from './die-at.ts';

/**
 * What a run does when it dies: `moves` is an evacuation of three guests; in `fails` no destination takes a guest in, so
 * that each move is taken back.
 */
export type Scene = 'moves' | 'fails';

export type NamedPoint = Point & {readonly scene: Scene; readonly name: string};

/** The moments at which a controller is killed, each by its act and how often that was begun. */
const table: Readonly<Record<Scene, Readonly<Record<string, readonly Point['when'][]>>>> = {
	moves: {
		'journal run': ['after'],
		'locks hold': ['before', 'after'],
		'journal started': ['before', 'after'],
		'journal started 3': ['before', 'after'],
		'shell qemu-img create': ['before', 'amid', 'after'],
		'shell qemu-img create 3': ['amid'],
		'shell claim': ['before', 'amid', 'after'],
		'shell virsh migrate': ['before', 'amid', 'after'],
		'shell virsh migrate 3': ['amid', 'after'],
		'shell virsh domjobinfo': ['before', 'after'],
		'shell virsh autostart': ['before', 'amid', 'after'],
		'shell virsh list 3': ['before', 'after'],
		'clock sleep': ['before', 'after'],
		'journal succeeded': ['before', 'after'],
		'journal succeeded 3': ['before', 'after'],
		'shell rm': ['before', 'after'],
		'shell rm 3': ['after'],
		'journal ended': ['before', 'after'],
	},
	fails: {
		'journal failed': ['before', 'after'],
		'journal undo-started': ['before', 'after'],
		'shell drop marked': ['before', 'amid', 'after'],
		'journal undone': ['before', 'after'],
		'journal undone 2': ['before', 'after'],
		'journal ended': ['before', 'after'],
	},
};

export const points: readonly NamedPoint[] = Object.entries(table).flatMap(([scene, acts]) =>
	Object.entries(acts).flatMap(([written, whens]) => {
		const [, act = '', nth = '1'] = /^(.*?)(?: (\d+))?$/.exec(written) ?? [];
		return whens.map(when => ({
			scene: scene as Scene,
			name: `${scene}: ${when} ${written}`,
			when,
			act,
			nth: Number(nth),
		}));
	}),
);

/** By its name, such as `moves: amid shell virsh migrate`. */
export function pointOf(name: string): NamedPoint {
	const found = points.find(point => point.name === name);
	if (found === undefined) throw new Error(`there is no point ${name}`);
	return found;
}
