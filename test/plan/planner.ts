import {type RunDefinition, rehearse} from '../../src/engine/rehearse.ts';
import {createGatherer, type Gatherer} from '../../src/facts/gather.ts';
import {matchHosts} from '../../src/inventory/patterns.ts';
import {buildPlan} from '../../src/plan/document/build.ts';
import type {Decisions} from '../../src/plan/document/decisions.ts';
import type {Plan, Sources} from '../../src/plan/document/model.ts';
import {peersOf} from '../../src/plan/peers.ts';
import {readPlaybook} from '../../src/playbook/load.ts';
import type {Shell} from '../../src/shell/shell.ts';
import {steps} from '../../src/steps/index.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {inventoryOf} from '../fakes/inventory.ts';
import {filesOf} from '../fakes/runner.ts';

export const inventory = inventoryOf('all: {children: {compute: {hosts: {kvm1: , kvm2: , kvm3: }}}}');

const digest = `sha256:${'0'.repeat(64)}`;

export const madeFrom: Sources = {
	playbook: 'play.yml',
	inventories: ['inventory.yml'],
	extra_vars: [],
	digests: {playbook: digest, inventory: digest, variables: digest, facts: digest},
};

export function markFor(id: string): string {
	return id.replace(/\W/g, '').slice(-8);
}

export function playbookOf(text: string, files: Readonly<Record<string, string>> = {}) {
	return readPlaybook(parseYaml('play.yml', text), steps, filesOf(files));
}

/** Nobody is to be asked. */
const refusing: Shell = {
	run: async () => {
		throw new Error('no host is reached');
	},
	close: async () => {},
};

/** The plan of a playbook’s text on fake hosts, or from what a gatherer knows. */
export async function planOf(
	text: string,
	shell?: Shell,
	decisions?: Decisions,
	gatherer: Gatherer = createGatherer(shell ?? refusing, 0),
	files: Readonly<Record<string, string>> = {},
): Promise<Plan> {
	const playbook = playbookOf(text, files);
	const never = new AbortController().signal;
	const script: RunDefinition = {
		playbook,
		inventory,
		steps,
		given: {},
		peer: peersOf(inventory, {}),
		hostsOf: pattern => matchHosts(inventory, pattern),
		mark: markFor,
		signal: never,
		undoSignal: never,
		...(decisions === undefined ? {} : {decisions}),
	};
	const {notes, facts} = await rehearse(script, shell === undefined ? {gatherer} : {gatherer, shell});
	const hosts = [...inventory.hosts.keys()];
	return buildPlan({madeBy: 'vacate test', madeFrom, playbook, hosts, notes, facts});
}
