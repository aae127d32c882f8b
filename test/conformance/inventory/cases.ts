import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {parseYaml} from '../../../src/yaml/document.ts';
import type {Asked, Said} from './ask.ts';
import {writeFiles} from './files.ts';

/** An inventory that both are asked about: the fields are explained in cases.yml. */
export type Case = {
	readonly area: string;
	readonly title: string;
	readonly files: Readonly<Record<string, string>>;
	readonly sources: readonly string[];
	readonly playbook?: string;
	readonly ask: readonly string[];
	readonly refused?: string;
	readonly different?: string;
	readonly unsupported?: string;
	readonly says?: string;
	readonly prints?: unknown;
};

type Written = Partial<Case> & Pick<Case, 'title'>;
type Area = {readonly area: string; readonly files?: Case['files']; readonly cases: readonly Written[]};

const file = 'test/conformance/inventory/cases.yml';

export const cases: readonly Case[] = (parseYaml(file, readFileSync(file, 'utf8')).data as readonly Area[]).flatMap(
	({area, files: shared = {}, cases}) =>
		cases.map(one => {
			const files = one.files ?? shared;
			return {sources: Object.keys(files).slice(0, 1), ask: ['list'], ...one, area, files};
		}),
);

/** What Ansible has said of each case, by its area and title and then by the question: data, or that it refuses. */
export type Recorded = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const recordedFile = 'test/conformance/inventory/recorded.json';

export const refused = 'refused';

export function nameOf({area, title}: Case): string {
	return `${area}: ${title}`;
}

/** Writes the files of a case into a folder of its own, and gives what is asked. */
export async function prepared(one: Case, folder: string): Promise<readonly Asked[]> {
	await writeFiles(folder, one.files);
	const sources = one.sources.map(source => (source.includes(',') ? source : join(folder, source)));
	const beside = one.playbook === undefined ? {} : {playbookFolder: join(folder, one.playbook)};
	return one.ask.map(question => ({question, sources, ...beside}));
}

/** Holds the two answers to what the case says of them. */
export function judge(t: ExecutionContext, one: Case, question: string, vacate: Said, ansible: Said): void {
	const {says = one.refused, prints} = one;
	if (one.refused !== undefined) t.true('refused' in ansible, `Ansible reads it: ${JSON.stringify(ansible)}`);
	else if ((one.different ?? one.unsupported) === undefined) {
		t.deepEqual(vacate, ansible, question);
		return;
	} else t.notDeepEqual(vacate, ansible, 'this is the same in both now');
	if (says !== undefined) t.true('refused' in vacate && vacate.refused.includes(says), JSON.stringify(vacate));
	else if (Array.isArray(prints)) t.deepEqual(vacate, {data: prints});
	else t.like('data' in vacate ? vacate.data : vacate, prints as Record<string, unknown>);
}
