import {readFileSync, writeFileSync} from 'node:fs';
import {DOMParser} from '@xmldom/xmldom';
import test from 'ava';
import type {Change} from '../../../src/plan/document/change.ts';
import {withoutSkipped} from '../../../src/plan/document/left-out.ts';
import type {Plan} from '../../../src/plan/document/model.ts';
import {planSchema} from '../../../src/plan/document/schema.ts';
import {placeIn} from '../../../src/playbook/place.ts';
import {schemaProblems} from '../../../src/playbook/schema-problems.ts';
import {planFileText} from '../../../src/store/plan-file.ts';
import {changesText} from '../../../src/views/plan/diff.ts';
import {planHtml} from '../../../src/views/plan/html.ts';
import {planMarkdown} from '../../../src/views/plan/markdown.ts';
import {planText} from '../../../src/views/plan/text.ts';
import {parseYaml} from '../../../src/yaml/document.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {FakeWorld} from '../../fakes/world.ts';
import {planOf} from '../../plan/planner.ts';

/** A plan with all that a plan can have, and with names that no format may take for its own signs. */
async function wholePlan(): Promise<Plan> {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1');
	world.guest('kvm1', 'db|1 *`x`*', {
		formats: ['qcow2', 'raw'],
		metadata: 'owner="anna &lt;a@example.org&gt;" labels="db prod"',
	});
	const big = world.guest('kvm1', 'big');
	world.host('kvm1').domains.set(big.uuid, {...big, memoryKib: 900_000});
	world.guest('kvm1', 'idle').state = 'shut off';
	const plan = await planOf(
		`- hosts: [kvm1, kvm2]
  tasks:
    - {name: gone, migrate: {guest: nobody, to: kvm3}, when: inventory_hostname == 'kvm2'}
    - {name: empty it, when: inventory_hostname == 'kvm1', evacuate: {to: "compute:!kvm1", order: name, limits: {total: 1}}, ignore_errors: true}
    - {name: an image, qemu_img_create: {path: /images/new.qcow2, size: 1 GiB}}
    - {name: restart, command: {argv: [systemctl, restart, libvirtd]}, register: restarted}
    - {name: told, command: {argv: [logger, "{{ restarted.stdout }}"]}}
`,
		new FakeShell(world),
	);
	const actions = plan.actions.map(action =>
		action.guest === 'web1' ? {...action, skip: 'month end & <more>'} : action,
	);
	return {...plan, actions};
}

const forms = [
	['plan.yml', planFileText],
	['plan.txt', (plan: Plan) => `${planText(withoutSkipped(plan))}\n`],
	['plan.md', (plan: Plan) => planMarkdown(withoutSkipped(plan))],
	['plan.html', (plan: Plan) => planHtml(withoutSkipped(plan))],
] as const;

for (const [name, make] of forms) {
	// To look at what has changed and take it over: UPDATE_GOLDEN=1 npx ava build/test/views/plan/plan.test.js
	test(`a whole plan as ${name}`, async t => {
		const file = `test/views/plan/golden/${name}`;
		const text = make(await wholePlan());
		if (process.env.UPDATE_GOLDEN !== undefined) writeFileSync(file, text);
		t.is(text, readFileSync(file, 'utf8'));
	});
}

test('a plan is read back as it was written, and fits its schema', async t => {
	const plan = await wholePlan();
	const document = parseYaml('plan.yml', planFileText(plan));
	t.deepEqual(schemaProblems('plan', planSchema, document.data, placeIn(document, '')), []);
	const {seal, ...read} = document.data as Plan & {readonly seal: string};
	t.regex(seal, /^sha256:[0-9a-f]{64}$/);
	t.deepEqual(read, JSON.parse(JSON.stringify(plan)));
});

test('the schema of editors is the one that checks', t => {
	t.is(readFileSync('schemas/plan.schema.json', 'utf8'), `${JSON.stringify(planSchema, undefined, '\t')}\n`);
});

/** The elements of a page that is written as XML would be, but for a few that have no end. */
function pageOf(html: string) {
	const closed = html.replace('<!doctype html>', '').replaceAll(/<(meta|br)([^>]*)>/g, '<$1$2/>');
	return new DOMParser({
		onError: (_, message) => {
			throw new Error(message);
		},
	}).parseFromString(closed, 'text/xml');
}

test('the page is whole without anything else, and can be used without eyes', async t => {
	const text = planHtml(await wholePlan());
	const page = pageOf(text);
	const all = (name: string) => [...page.getElementsByTagName(name)];
	t.notRegex(text, /<(script|link|img|iframe)|https?:|@import|url\(/, 'nothing is fetched');
	t.is(page.documentElement?.getAttribute('lang'), 'en');
	t.is(all('title').length, 1);
	t.is(all('main').length, 1);
	t.is(all('h1').length, 1);
	for (const section of all('section')) {
		const heading = all('h2').find(one => one.getAttribute('id') === section.getAttribute('aria-labelledby'));
		t.truthy(heading?.textContent, 'each section has its heading');
	}
	for (const table of all('table')) {
		t.is(table.getElementsByTagName('caption').length, 1);
		const heads = [...table.getElementsByTagName('th')];
		t.true(heads.length > 0 && heads.every(head => /^(col|row|rowgroup)$/.test(head.getAttribute('scope') ?? '')));
	}
	for (const bar of all('span').filter(one => one.getAttribute('class') === 'track')) {
		t.is(bar.getAttribute('aria-hidden'), 'true', 'a bar is told in words beside it');
	}
	for (const details of all('details')) t.is(details.getElementsByTagName('summary').length, 1);
	const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
	t.is(new Set(ids).size, ids.length, 'no id stands twice');
});

/** WCAG 2.2, 1.4.3: the contrast of two colours, each `#rrggbb`. */
function contrast(one: string, other: string): number {
	const luminance = (colour: string) => {
		const [red = 0, green = 0, blue = 0] = [1, 3, 5]
			.map(at => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
			.map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
	return (light + 0.05) / (dark + 0.05);
}

test('all that is written on the page has contrast enough, in light and in dark', async t => {
	const text = planHtml(await wholePlan());
	const themes = [...text.matchAll(/:root \{[^}]*--ink[^}]*\}|:root \{ --ink[^}]*\}/g)].map(([rule]) =>
		Object.fromEntries([...rule.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name, colour]) => [name, colour])),
	);
	t.is(themes.length, 2);
	for (const {ink = '', soft = '', paper = '', rest = '', bar = ''} of themes) {
		t.true(contrast(ink, paper) >= 4.5);
		t.true(contrast(soft, paper) >= 4.5);
		t.true(contrast(ink, rest) >= 4.5, 'commands');
		t.true(contrast(bar, rest) >= 3, 'bars: 1.4.11');
	}
});

const changes: readonly (readonly [Change, string])[] = [
	[{kind: 'goes', guest: 'web1', from: 'kvm1', to: 'kvm3', instead: 'kvm2'}, 'web1 now goes to kvm3, not to kvm2'],
	[{kind: 'goes', guest: 'web1', from: 'kvm1', to: 'kvm3'}, 'web1 now moves, from kvm1 to kvm3'],
	[{kind: 'stays', guest: 'web1', host: 'kvm1', instead: 'kvm2'}, 'web1 no longer moves to kvm2'],
	[{kind: 'guest-new', guest: 'web1', host: 'kvm1'}, 'web1 is new on kvm1'],
	[{kind: 'guest-gone', guest: 'web1', host: 'kvm1'}, 'web1 is no longer on kvm1'],
	[{kind: 'guest-elsewhere', guest: 'web1', was: 'kvm1', now: 'kvm2'}, 'web1 is now on kvm2, previously on kvm1'],
	[{kind: 'guest-state', guest: 'web1', was: 'running', now: 'paused'}, 'web1 is now paused, previously running'],
	[
		{kind: 'guest-size', guest: 'db1', what: 'data', was: 40 * 1024 ** 3, now: 52 * 1024 ** 3},
		'db1: data grew by 12.0 GiB, to 52.0 GiB',
	],
	[
		{kind: 'guest-size', guest: 'db1', what: 'memory', was: 2 * 1024 ** 2, now: 1024 ** 2},
		'db1: memory shrank by 1.0 GiB, to 1.0 GiB',
	],
	[{kind: 'guest-size', guest: 'db1', what: 'vcpus', was: 2, now: 4}, 'db1 now has 4 CPUs, previously 2'],
	[{kind: 'disk-new', guest: 'db1', disk: 'vdb'}, 'db1 has a new disk: vdb'],
	[{kind: 'disk-gone', guest: 'db1', disk: 'vdb'}, 'db1 no longer has disk vdb'],
	[
		{kind: 'disk-size', guest: 'db1', disk: 'vda', was: 1024 ** 3, now: 2 * 1024 ** 3},
		'db1: disk vda grew by 1.0 GiB, to 2.0 GiB',
	],
	[{kind: 'host-new', host: 'kvm4'}, 'kvm4 is now part of the plan'],
	[{kind: 'host-gone', host: 'kvm4'}, 'kvm4 is no longer part of the plan'],
	[{kind: 'host-memory', host: 'kvm4', was: 1024 ** 2, now: 2 * 1024 ** 2}, 'kvm4: memory grew by 1.0 GiB, to 2.0 GiB'],
	[{kind: 'action-new', title: 'restart', host: 'kvm1'}, '“restart” on kvm1 is new'],
	[{kind: 'action-gone', title: 'restart', host: 'kvm1'}, '“restart” on kvm1 is no longer in the plan'],
	[{kind: 'action-other', title: 'restart', host: 'kvm1'}, '“restart” on kvm1 has changed'],
	[{kind: 'skip', title: 'web1 to kvm2', host: 'kvm1', now: 'month end'}, 'web1 to kvm2 is left out: month end'],
	[{kind: 'skip', title: 'web1 to kvm2', host: 'kvm1'}, 'web1 to kvm2 is no longer left out'],
	[{kind: 'problem-new', title: 'gone', host: 'kvm1', message: 'no guest'}, 'new problem: gone on kvm1: no guest'],
	[{kind: 'problem-gone', title: 'gone', host: 'kvm1', message: 'no guest'}, 'solved: gone on kvm1: no guest'],
	[{kind: 'left-new', guest: 'big', host: 'kvm1', message: 'too big'}, 'big stays on kvm1: too big'],
	[{kind: 'open-new', title: 'told'}, '“told” is now decided at run time'],
	[{kind: 'open-gone', title: 'told'}, '“told” is now decided in the plan'],
	[{kind: 'order', guests: []}, 'the order has changed'],
	[{kind: 'order', guests: ['db1', 'web1']}, 'the order has changed: db1, web1'],
	[{kind: 'limit', limit: 'per_source kvm1', was: 2, now: 4}, 'limit per_source of kvm1 changed from 2 to 4'],
	[
		{kind: 'option', option: 'bandwidth_mib', guests: ['db1', 'web1'], now: '100'},
		'bandwidth_mib of db1, web1 changed from not set to 100',
	],
	[{kind: 'time', was: 3600, now: 7200}, 'expected duration changed from 1 h 00 min to 2 h 00 min'],
	[{kind: 'pause', was: 100, now: 300}, 'longest expected downtime changed from 100 ms to 300 ms'],
	[{kind: 'source', what: 'playbook'}, 'the playbook has changed'],
	[{kind: 'source', what: 'tool'}, 'the version of vacate has changed'],
];

test('each change reads as a reviewer would say it', t => {
	for (const [change, says] of changes) t.is(changesText([change]), says);
	t.is(changesText([]), 'no changes');
});

test('drives that are not copied are to be looked at, with the reason', async t => {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1', {cdrom: '/images/cd.iso'});
	const plan = await planOf(
		'- hosts: kvm1\n  tasks:\n    - migrate: {guest: web1, to: kvm2, media: eject}\n',
		new FakeShell(world),
	);
	t.regex(planText(plan), /web1: disk sda is not copied: ejected: \/images\/cd\.iso does not exist on kvm2/);
});
