import {readdirSync, readFileSync} from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import {InputError, type Problem} from '../../src/errors.ts';
import {loadInventory} from '../../src/inventory/load.ts';
import {adviceFor} from '../../src/plan/advice.ts';
import {checkPlaybook} from '../../src/plan/check.ts';
import {loginsOf} from '../../src/plan/logins.ts';
import {filesOnDisk} from '../../src/playbook/files.ts';
import {generatedSchemas} from '../../src/playbook/generated-schemas.ts';
import {keywordDocs} from '../../src/playbook/keyword-docs.ts';
import {taskKeywords} from '../../src/playbook/keywords.ts';
import {loadPlaybook, readPlaybook} from '../../src/playbook/load.ts';
import {unsupportedKeywords} from '../../src/playbook/unsupported-keywords.ts';
import {steps} from '../../src/steps/index.ts';
import {Scope} from '../../src/template/scope.ts';
import {parseYaml} from '../../src/yaml/document.ts';
import {inventoryOf} from '../fakes/inventory.ts';

const folder = 'test/cases/playbook';
const inventory = await loadInventory([`${folder}/inventory.yml`]);

/** All that is wrong with a playbook, one line each, as the files of `invalid/` expect it. */
async function mistakes(file: string): Promise<readonly string[]> {
	try {
		return checkPlaybook(await loadPlaybook(file, steps), inventory, {}).map(shown);
	} catch (error) {
		if (error instanceof InputError) return error.problems.map(shown);
		throw error;
	}
}

function shown({message, position, hint}: Problem): string {
	const place = position === undefined ? '' : `${position.line}:${position.column}: `;
	return place + message + (hint === undefined ? '' : ` (${hint})`);
}

for (const name of readdirSync(`${folder}/invalid`)) {
	test(`an error is reported with its position: ${name}`, async t => {
		const file = `${folder}/invalid/${name}`;
		const expected = [...readFileSync(file, 'utf8').matchAll(/^# expect (.*)$/gm)].map(([, text]) => text);
		t.true(expected.length > 0, 'the file says what it expects');
		t.deepEqual(await mistakes(file), expected);
	});
}

for (const name of readdirSync(`${folder}/valid`)) {
	test(`nothing is wrong with ${name}`, async t => {
		t.deepEqual(await mistakes(`${folder}/valid/${name}`), []);
	});
}

test('a playbook becomes plays and tasks', async t => {
	const {plays} = await loadPlaybook(`${folder}/valid/keywords.yml`, steps);
	t.deepEqual(
		plays.map(({id, name, tasks}) => [id, name, tasks.length]),
		[
			['play1', 'Look around', 7],
			['play2', 'compute:&all:!kvm1', 2],
		],
	);
	const [list, debug, , migrate, command] = (plays[0]?.tasks ?? []).filter(node => node.kind === 'task');
	t.like(list, {id: 'play1.task1', name: 'virsh_list', register: 'listed', attempts: 3, delayMs: 500, loopVar: 'item'});
	t.deepEqual(list?.params.evaluate(new Scope([])), {});
	t.deepEqual(debug?.params.evaluate(new Scope([{data: {greeting: 'hi', inventory_hostname: 'kvm1'}}])), {
		msg: 'hi on kvm1',
	});
	t.like(migrate, {loopVar: 'guest', ignoreErrors: true, attempts: 1});
	t.deepEqual(migrate?.params.evaluate(new Scope([{data: {guest: 'web1', site: 'north'}}])), {
		mode: 'p2p',
		guest: 'web1',
		to: 'kvm3',
		auto_converge: true,
		bandwidth_mib: 100,
	});
	t.like(command, {delayMs: 2500});
});

test('the playbook and the inventory of the docs are valid', async t => {
	const example = (file: string) =>
		/```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
	const hosts = inventoryOf(example('docs/inventory.md'));
	const playbook = readPlaybook(parseYaml('docs/playbooks.md', example('docs/playbooks.md')), steps);
	t.deepEqual(checkPlaybook(playbook, hosts, {}), []);
});

test('there are mistakes of every kind', t => {
	t.true(readdirSync(`${folder}/invalid`).length >= 120);
});

test('two plays that log in to a host in two ways are a mistake', t => {
	const logins = (text: string) =>
		loginsOf(readPlaybook(parseYaml('play.yml', text), steps), inventory, {who: 'admin'});
	t.deepEqual(
		[...logins('- {hosts: "kvm1,kvm2", remote_user: "{{ who }}", port: 2222, tasks: []}')],
		[
			['kvm1', {user: 'admin', port: '2222'}],
			['kvm2', {user: 'admin', port: '2222'}],
		],
	);
	t.throws(() => logins('- {hosts: kvm1, remote_user: "{{ whoo }}", tasks: []}'), {message: /'whoo' is undefined/});
	const error = t.throws(
		() => logins('- {hosts: kvm1, remote_user: a, tasks: []}\n- {hosts: compute, remote_user: b, tasks: []}'),
		{instanceOf: InputError},
	);
	t.is(
		shown(error.problems[0] as Problem),
		'2:33: another play connects to kvm1 with a different user or port (set ansible_user and ansible_port in the inventory)',
	);
});

test('advice is given for what is no mistake', async t => {
	const playbook = await loadPlaybook(`${folder}/advice.yml`, steps);
	const expected = [...readFileSync(`${folder}/advice.yml`, 'utf8').matchAll(/^# expect (.*)$/gm)].map(
		([, text]) => text,
	);
	t.deepEqual(adviceFor(playbook, new Set(steps.keys())).map(shown), expected);
});

test('every mistake shows its line and stands in its file', async t => {
	const file = `${folder}/invalid/params-many-mistakes.yml`;
	const {problems} = await t.throwsAsync(loadPlaybook(file, steps), {instanceOf: InputError});
	for (const {position, sourceLine} of problems) {
		t.is(position?.file, file);
		t.is(sourceLine, readFileSync(file, 'utf8').split('\n')[(position?.line ?? 0) - 1]);
	}
});

test('a file that cannot be read is a mistake', async t => {
	for (const [file, message] of [
		['test/cases/nowhere.yml', 'no such file'],
		['test/cases', 'this is a directory'],
		['/dev/null', 'a playbook must be a list of plays'],
	] as const) {
		const error = await t.throwsAsync(loadPlaybook(file, steps), {instanceOf: InputError});
		t.regex(error.message, new RegExp(message));
	}
});

test('the schemas of editors are those that check', t => {
	for (const [file, text] of Object.entries(generatedSchemas()))
		t.is(readFileSync(`schemas/${file}`, 'utf8'), text, file);
});

/** The places of a schema's properties that say nothing of themselves. */
function undescribed(schema: unknown, path = ''): readonly string[] {
	if (typeof schema !== 'object' || schema === null) return [];
	const {properties = {}} = schema as {properties?: Readonly<Record<string, {description?: unknown}>>};
	const silent = Object.entries(properties).filter(
		([, {description}]) => typeof description !== 'string' || description === '',
	);
	return [
		...silent.map(([name]) => `${path}/properties/${name}`),
		...Object.entries(schema).flatMap(([key, part]) => undescribed(part, `${path}/${key}`)),
	];
}

test('every key that an editor offers is described, however deep it is', t => {
	for (const [file, text] of Object.entries(generatedSchemas())) t.deepEqual(undescribed(JSON.parse(text)), [], file);
});

test('every keyword has examples, and they are valid where they may stand', t => {
	const files = {...filesOnDisk(), find: () => undefined};
	const handlers = '  handlers: [{name: restart libvirt, debug: a}, {name: check the cluster, debug: a}]';
	const around: Readonly<Record<string, (line: string, key: string) => string>> = {
		play: (line, key) =>
			[line, ...(key === 'hosts' ? [] : ['hosts: kvm1']), ...(key === 'tasks' ? [] : ['tasks: []'])].join('\n  '),
		block: (line, key) =>
			`hosts: kvm1\n${handlers}\n  tasks:\n    - ${line}\n${key === 'block' ? '' : '      block: []'}`,
		task: (line, key) =>
			`hosts: kvm1\n${handlers}\n  tasks:\n    - ${line}\n      command: look\n${key === 'loop_control' ? '      loop: [1]' : ''}`,
	};
	for (const {name, places, examples} of keywordDocs.values()) {
		t.true(examples.length > 0, name);
		for (const place of places.filter(place => Object.hasOwn(around, place))) {
			for (const example of examples) {
				const text = `- ${around[place]?.(example, name)}`;
				t.notThrows(() => readPlaybook(parseYaml('example.yml', text), steps, files), text);
			}
		}
	}
});

test('a keyword is supported or not, never both', t => {
	for (const key of Object.keys(taskKeywords)) t.false(unsupportedKeywords.has(key), key);
});

const scalar = fc.constantFrom(
	...'kvm1 compute {{ {{a}} "{{a}}" yes null ~ 7 -1 1.5 [] {} [a] {a:1} "x" \'y\' "{{ x | upper }}" "{% if" *a &a !!str <<: | > # @x'.split(
		' ',
	),
);
const key = fc.constantFrom(
	...'hosts tasks name vars when loop register retries delay until migrate debug virsh_list command guest to msg argv handlers loop_control block rescue always notify listen tags serial max_fail_percentage environment include_tasks import_tasks import_playbook include_vars meta vars_files throttle become args undo assert that set_fact ansible.builtin.shell file name __proto__ constructor'.split(
		' ',
	),
);
const line = fc
	.tuple(fc.integer({min: 0, max: 4}), fc.boolean(), key, scalar)
	.map(([depth, item, name, value]) => `${'  '.repeat(depth)}${item ? '- ' : ''}${name}: ${value}`);

/** Files that are meant to harm: deeper, wider, or more than they look. */
const hostile = fc.oneof(
	fc
		.tuple(fc.constantFrom('[', '{a: ', '- ', '? ', '!!x ', '&a '), fc.integer({min: 1, max: 3000}))
		.map(([piece, count]) => piece.repeat(count)),
	fc
		.tuple(
			fc.constantFrom('(', '[', '{', '-', 'not ', 'a.', 'a|upper|', 'a if ', "'a'~"),
			fc.integer({min: 1, max: 3000}),
		)
		.map(([piece, count]) => `- hosts: kvm1\n  tasks: [{debug: "{{ ${piece.repeat(count)}1 }}"}]`),
	fc.integer({min: 2, max: 40}).map(depth => {
		const layers = Array.from(
			{length: depth},
			(_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`,
		);
		return `- hosts: kvm1\n  tasks: []\n  vars:\n    a0: &a0 x\n${layers.map(layer => `    ${layer}`).join('\n')}`;
	}),
	fc.integer({min: 1, max: 300_000}).map(length => `- hosts: ${'k'.repeat(length)}\n  tasks: []`),
	fc.integer({min: 1, max: 20_000}).map(length => `- hosts: kvm1\n  tasks: [{debug: "{{ ${'9'.repeat(length)} }}"}]`),
	fc.integer({min: 1, max: 3000}).map(count => `- hosts: kvm1\n  tasks:\n${'    - block:\n'.repeat(count)}`),
	fc.integer({min: 1, max: 60}).map(count => `- hosts: "~(${'k+'.repeat(count)})+$"\n  tasks: []`),
);

test('whatever a file holds, it is read or has a mistake with a place', t => {
	const check = (text: string) => {
		try {
			checkPlaybook(readPlaybook(parseYaml('any.yml', text), steps), inventory, {});
		} catch (error) {
			t.true(
				error instanceof InputError &&
					error.problems.length > 0 &&
					error.problems.every(({position}) => position !== undefined && position.line > 0 && position.column > 0),
				`${JSON.stringify(text)}: ${String((error as Error).stack)}`,
			);
		}
	};
	fc.assert(fc.property(fc.string({unit: 'binary', maxLength: 100}), check), {numRuns: 500});
	fc.assert(
		fc.property(fc.array(line, {maxLength: 10}), lines => check(lines.join('\n'))),
		{numRuns: 3000},
	);
	fc.assert(
		fc.property(fc.array(line, {maxLength: 10}), lines =>
			check(`- hosts: kvm1\n  tasks:\n${lines.map(text => `    ${text}`).join('\n')}`),
		),
		{numRuns: 3000},
	);
	fc.assert(fc.property(fc.json({maxDepth: 6}), check), {numRuns: 500});
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 200}), bytes => check(Buffer.from(bytes).toString('latin1'))),
		{numRuns: 500},
	);
	fc.assert(fc.property(hostile, check), {numRuns: 300});
});
