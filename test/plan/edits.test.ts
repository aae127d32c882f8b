import {isDeepStrictEqual} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import fc from 'fast-check';
import {Decisions, type Findings} from '../../src/plan/document/decisions.ts';
import {fromActions} from '../../src/plan/document/edits.ts';
import {heldTo} from '../../src/plan/document/held.ts';
import type {Plan} from '../../src/plan/document/model.ts';
import {planSchema} from '../../src/plan/document/schema.ts';
import {placeIn} from '../../src/playbook/place.ts';
import {schemaProblems} from '../../src/playbook/schema-problems.ts';
import {quoteArgv} from '../../src/shell/quote.ts';
import {steps} from '../../src/steps/index.ts';
import {planFileText, planFrom} from '../../src/store/plan-file.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {FakeShell} from '../fakes/fake-shell.ts';
import {run, same} from '../fakes/runner.ts';
import {FakeWorld} from '../fakes/world.ts';
import {inventory, markFor, planOf} from './planner.ts';

const playbook = `- hosts: kvm1
  tasks:
    - {name: look, virsh_list: {}, register: before}
    - evacuate: {to: "compute:!kvm1", order: name}
    - {name: write, command: {argv: ["true"]}, register: wrote}
    - {name: only if, command: {argv: [logger, done]}, when: wrote.rc == 0}
    - {name: never, command: {argv: [logger, never]}, when: false}
`;

function world(): FakeWorld {
	const made = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	made.guest('kvm1', 'web1');
	made.guest('kvm1', 'db1', {formats: ['qcow2', 'raw']});
	return made;
}

type Outcome = {
	readonly end: 'refused' | 'drifted' | 'done';
	readonly says: readonly string[];
	/** What is run on hosts. */
	readonly writes: readonly string[];
};

/** All that `Decisions` reads of a plan. */
function decided({actions, choices, decided_at_run_time, problems}: Plan) {
	return {
		actions: actions.map(({id, skip, action}) => ({id, skip, action})),
		choices: choices.map(({id, parts, limits, left, warnings}) => ({id, parts, limits, left, warnings})),
		open: decided_at_run_time.map(({task}) => task),
		problems: problems.map(({id, message}) => ({id, message})),
	};
}

type Rehearsed = {readonly now: Plan; readonly findings: Findings};

async function rehearsedWith(plan: Plan): Promise<Rehearsed> {
	const decisions = new Decisions(plan, 'plan.yml');
	const now = await planOf(playbook, new FakeShell(world()), decisions);
	return {now, findings: decisions.findings};
}

async function writesOf(plan: Plan): Promise<readonly string[]> {
	const shell = new FakeShell(world());
	await run(playbook, {shell, input: {inventory, mark: markFor, decisions: new Decisions(plan, 'plan.yml')}});
	return shell.writes().map(({host, argv}) => `${host}: ${quoteArgv(argv)}`);
}

const honest = planOf(playbook, new FakeShell(world())).then(plan => JSON.parse(JSON.stringify(plan)) as Plan);
const honestRehearsed = honest.then(rehearsedWith);
const honestWrites = honest.then(writesOf);

/** What `vacate apply` makes of the data of a plan that was sealed anew. */
async function applied(data: unknown): Promise<Outcome> {
	const refused = (says: readonly string[]): Outcome => ({end: 'refused', says, writes: []});
	const place = placeIn(parseYaml('plan.yml', ''), '');
	const problems = schemaProblems('plan', planSchema, data, place);
	if (problems.length > 0) return refused(problems.map(({message}) => message));
	const plan = data as Plan;
	const {edits} = fromActions(plan, steps);
	if (edits.length > 0) return refused(edits.map(({message}) => message));
	const original = await honest;
	// The same decisions come to the same: only what differs needs another rehearsal, or another run.
	const same = isDeepStrictEqual(decided(plan), decided(original));
	const {now, findings} = same ? await honestRehearsed : await rehearsedWith(plan);
	const held = heldTo(plan, now, findings);
	if (held.edits.length > 0) return refused(held.edits.map(({message}) => message));
	const isSame = isDeepStrictEqual(decided(held.plan), decided(original));
	const writes = isSame ? await honestWrites : await writesOf(held.plan);
	const says = now.problems.map(({message}) => message);
	return {end: says.length === 0 ? 'done' : 'drifted', says, writes};
}

type Path = readonly (string | number)[];

/** Each part of a plan, by where it stands. */
function pathsOf(data: unknown, at: Path = []): readonly Path[] {
	if (typeof data !== 'object' || data === null) return [at];
	const inner = Array.isArray(data)
		? data.flatMap((item, index) => pathsOf(item, [...at, index]))
		: Object.entries(data).flatMap(([key, value]) => pathsOf(value, [...at, key]));
	return at.length === 0 ? inner : [at, ...inner];
}

type Kind = 'changed' | 'gone' | 'twice';

/** The same data with another value at a place, or none, or what stands there twice. */
function changed(data: unknown, [first, ...rest]: Path, kind: Kind): unknown {
	if (first === undefined) return other(data);
	if (Array.isArray(data)) {
		const index = Number(first);
		if (rest.length > 0) return data.map((item, one) => (one === index ? changed(item, rest, kind) : item));
		if (kind === 'gone') return data.filter((_, one) => one !== index);
		if (kind === 'twice') return data.flatMap((item, one) => (one === index ? [item, item] : [item]));
		return data.map((item, one) => (one === index ? other(item) : item));
	}
	const {[first]: value, ...others} = data as Record<string, unknown>;
	if (rest.length > 0) return {...(data as object), [first]: changed(value, rest, kind)};
	return kind === 'changed' ? {...(data as object), [first]: other(value)} : others;
}

/** Another value, of the same kind where it has one. */
function other(value: unknown): unknown {
	if (typeof value === 'string') return value === 'kvm2' ? 'kvm3' : value === 'kvm3' ? 'kvm2' : `${value}x`;
	if (typeof value === 'number') return value + 1;
	if (typeof value === 'boolean') return !value;
	if (Array.isArray(value)) return value.length === 0 ? ['x'] : [];
	return value === null ? 'x' : {};
}

async function edited(...edits: readonly (readonly [Path, Kind])[]): Promise<unknown> {
	const {seal: _, ...plan} = {...(await honest), seal: ''};
	const data = edits.reduce<unknown>((made, [path, kind]) => changed(made, path, kind), plan);
	return {...(data as object), seal: `sha256:${'0'.repeat(64)}`};
}

test('a plan as it was made is held to its playbook, and stays as it is', async t => {
	const plan = await honest;
	const {now, findings} = await honestRehearsed;
	const held = heldTo(plan, now, findings);
	same(t, held.edits, []);
	t.is(planFileText(held.plan), planFileText(plan), 'with the same seal');
	t.is((await applied(await edited())).end, 'done');
	t.true((await honestWrites).length > 10);
});

/** Found, or of no effect: nothing is run that the plan as it was made does not run. */
async function isHarmless(t: ExecutionContext, ...edits: readonly (readonly [Path, Kind])[]): Promise<Outcome> {
	const {end, says, writes} = await applied(await edited(...edits));
	const usual = await honestWrites;
	const what = JSON.stringify(edits);
	const strange = writes.filter(line => !usual.includes(line));
	t.deepEqual(strange, [], what);
	const isSkip = edits.some(([path]) => path.includes('skip'));
	if (end === 'done' && !isSkip) t.deepEqual([...writes].sort(), [...usual].sort(), what);
	if (end === 'drifted') t.true(says.length > 0, what);
	return {end, says, writes};
}

const kinds: readonly Kind[] = ['changed', 'gone', 'twice'];

for (const kind of kinds) {
	test(`each part of a plan that is ${kind} is found, or of no effect`, async t => {
		const whole = pathsOf(await honest);
		t.true(whole.length > 300);
		// An action that lacks something has drifted as one in which it is changed.
		const paths = whole.filter(path =>
			kind === 'twice' ? typeof path.at(-1) === 'number' : kind === 'changed' || !path.includes('action'),
		);
		const ends = new Map<string, number>();
		for (const path of paths) {
			const {end} = await isHarmless(t, [path, kind]);
			ends.set(end, (ends.get(end) ?? 0) + 1);
		}
		t.log([...ends].map(([end, number]) => `${end} ${number}`).join(', '));
		t.true((ends.get('refused') ?? 0) > 20);
	});
}

test('two parts of a plan that are changed together are found, or of no effect', async t => {
	const paths = pathsOf(await honest);
	const edit = fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...kinds));
	await fc.assert(
		fc.asyncProperty(edit, edit, async (one, other) => {
			// What is inside of another is gone with it.
			const [outer, inner] = [one, other].sort(([a], [b]) => a.length - b.length);
			fc.pre(outer !== undefined && inner !== undefined && !outer[0].every((part, index) => inner[0][index] === part));
			await isHarmless(t, other, one);
		}),
		{seed: 14, numRuns: 150},
	);
});

const evacuation = (options: string) => `- hosts: kvm1\n  tasks:\n    - evacuate: {order: name, ${options}}\n`;
const shutting = '- hosts: kvm1\n  tasks:\n    - virsh_destroy: db1\n';

/** Plans that are whole and sealed, and were made from another playbook than the one they are applied with. */
const forged: readonly {readonly what: string; readonly with: string; readonly plan: string; readonly says: RegExp}[] =
	[
		{
			what: 'a destination that the task does not have',
			with: evacuation('to: kvm2'),
			plan: evacuation('to: kvm3'),
			says: /drifted: db1 to kvm3 is not a possible choice: kvm3 is not a destination of this task/,
		},
		{
			what: 'a guest that the task leaves alone',
			with: evacuation('to: kvm2, guests: web1'),
			plan: evacuation('to: kvm2'),
			says: /drifted: db1 to kvm2 is not a possible choice: this task does not move the guest to kvm2/,
		},
		{
			what: 'a destination that a guest is kept from',
			with: evacuation('to: "compute:!kvm1", each: [{guests: db1, avoid: kvm3}]'),
			plan: evacuation('to: kvm3'),
			says: /drifted: db1 to kvm3 is not a possible choice: no eligible destination: kvm2: .*; kvm3: /,
		},
		{
			what: 'two guests on one host that are to be apart',
			with: evacuation('to: "compute:!kvm1", apart: [{guests: "*"}]'),
			plan: evacuation('to: kvm2'),
			says: /drifted: .* is not a possible choice/,
		},
		{
			what: 'other options of a move',
			with: evacuation('to: kvm2'),
			plan: evacuation('to: kvm2, migrate: {auto_converge: true}'),
			says: /drifted: db1 has changed since the plan was made: options/,
		},
		{
			what: 'more moves at once',
			with: evacuation('to: kvm2, limits: {total: 1}'),
			plan: evacuation('to: kvm2, limits: {total: 9}'),
			says: /refused: play1.task1@kvm1: the playbook yields limits .*"total":1/,
		},
		{
			what: 'another step',
			with: evacuation('to: kvm2'),
			plan: shutting,
			says: /refused: .*play1.task1: the playbook yields step evacuate/,
		},
		{
			what: 'a step in place of a task that is skipped',
			with: '- hosts: kvm1\n  tasks:\n    - {virsh_autostart: db1, when: false}\n',
			plan: shutting,
			says: /refused: play1.task1: .*play1.task1: the playbook yields step virsh_autostart/,
		},
		{
			what: 'one task less',
			with: `${evacuation('to: kvm2')}    - {name: last, command: {argv: ["true"]}}\n`,
			plan: evacuation('to: kvm2'),
			says: /refused: the action play1.task2@kvm1 of the playbook is missing/,
		},
		{
			what: 'one task more',
			with: evacuation('to: kvm2'),
			plan: `${evacuation('to: kvm2')}    - {name: last, command: {argv: ["true"]}}\n`,
			says: /refused: the action play1.task2@kvm1 does not follow from the playbook/,
		},
	];

/** A plan of one playbook, applied with another: what is found, and what is run on the hosts. */
async function appliedWith(text: string, plan: Plan): Promise<{readonly says: string; readonly shell: FakeShell}> {
	const shell = new FakeShell(world());
	const {edits} = fromActions(plan, steps);
	const decisions = new Decisions(plan, 'plan.yml');
	const now = await planOf(text, shell, decisions);
	const held = heldTo(plan, now, decisions.findings);
	const found = [...edits, ...held.edits].map(({message}) => message);
	if (found.length > 0) return {says: `refused: ${found.join('; ')}`, shell};
	await run(text, {shell, input: {inventory, mark: markFor, decisions: new Decisions(held.plan, 'plan.yml')}});
	return {says: now.problems.map(({message}) => `drifted: ${message}`).join('; '), shell};
}

for (const {what, with: text, plan, says} of forged) {
	test(`a plan that has ${what} is found`, async t => {
		const made = JSON.parse(JSON.stringify(await planOf(plan, new FakeShell(world()))));
		const {says: found, shell} = await appliedWith(text, made);
		t.regex(found, says);
		const touched = shell.writes().map(({host, argv}) => `${host}: ${argv.join(' ')}`);
		same(
			t,
			touched.filter(line => /db1|0105|destroy/.test(line)),
			[],
		);
	});
}

test('a choice that the task could have made is done', async t => {
	const text = evacuation('to: "compute:!kvm1"');
	const pinned = evacuation('to: "compute:!kvm1", each: [{guests: db1, pin: kvm2}, {guests: web1, pin: kvm3}]');
	const plan = JSON.parse(JSON.stringify(await planOf(pinned, new FakeShell(world())))) as Plan;
	same(
		t,
		plan.actions.map(({title}) => title),
		['db1 to kvm2', 'web1 to kvm3'],
	);
	const {says, shell} = await appliedWith(text, plan);
	t.is(says, '');
	same(
		t,
		shell.writes().flatMap(({argv}) => (argv.includes('migrate') ? [argv.at(-1)] : [])),
		['qemu+ssh://root@kvm2/system?no_tty=1', 'qemu+ssh://root@kvm3/system?no_tty=1'],
	);
});

test('the place of an edit is told, with what is done and what the file says', async t => {
	const text = planFileText(await honest);
	const forgedText = text.replace(/run: qemu-img create .*/, 'run: qemu-img info /images/x');
	const {edits, place, isSealed} = planFrom('plan.yml', forgedText);
	t.false(isSealed);
	const told = edits.map(({at, message}) => `${place.at(at).line}: ${message}`);
	t.is(told.length, 1);
	const line = forgedText.split('\n').findIndex(one => one.includes('/images/x'));
	t.regex(
		told[0] ?? '',
		new RegExp(
			`^${line}: play1.task2@kvm1#db1: command 3 differs from the action, which runs kvm\\d: qemu-img create .*; the file says kvm\\d: qemu-img info /images/x$`,
		),
	);
});

test('an action of another step in place of a move is found before any host is reached', async t => {
	const argv = ['sh', '-c', 'touch given/ran'];
	const plan = await honest;
	const command = {command: {host: 'localhost', argv, effect: 'write'}, cmd: argv};
	const part = {step: 'command', on: 'localhost', params: {argv}};
	const choices = plan.choices.map(one => ({...one, parts: one.parts.map(own => ({...own, ...part}))}));
	const actions = plan.actions.map(one => (one.guest === 'db1' ? {...one, action: command} : one));
	const {plan: shown, edits} = fromActions({...plan, choices, actions} as Plan, steps);
	t.true(edits.some(({message}) => message === 'play1.task2@kvm1#db1: this is not an action of the step migrate'));
	t.true(edits.some(({message}) => message === 'play1.task2@kvm1#db1: step differs from its action: migrate'));
	const dressed = shown.actions.find(({id}) => id === 'play1.task2@kvm1#db1');
	t.is(dressed?.title, 'db1 to kvm3 (not an action of the step migrate)');
	same(t, dressed?.commands ?? ['none'], []);
});
