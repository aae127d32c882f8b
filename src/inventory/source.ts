import type {Problem} from '../errors.ts';
import type {Template} from '../template/template.ts';

/** What one source of an inventory says, before all sources become one. Mutable while it is read. */
export type SourceInventory = {
	readonly file: string;
	readonly groups: ReadonlyMap<string, SourceGroup>;
	readonly hosts: ReadonlyMap<string, SourceHost>;
};

export type SourceGroup = {
	readonly name: string;
	readonly hosts: string[];
	/** With what tells of a mistake at the place where the child is named. */
	readonly children: Map<string, ((message: string) => Problem) | undefined>;
	readonly vars: Record<string, Template>;
};

export type SourceHost = {readonly name: string; readonly vars: Record<string, Template>};
