import test from 'ava';
import type {HostUse, Plan} from '../../../src/plan/document/model.ts';
import {aboutTexts} from '../../../src/views/plan/about.ts';
import {planHtml} from '../../../src/views/plan/html.ts';
import {planMarkdown} from '../../../src/views/plan/markdown.ts';
import {riskTexts} from '../../../src/views/plan/risk.ts';
import {serviceTexts} from '../../../src/views/plan/services.ts';
import {planText} from '../../../src/views/plan/text.ts';
import {readGuestMetadata} from '../../../src/virsh/definition/guest-metadata.ts';
import {FakeShell} from '../../fakes/fake-shell.ts';
import {FakeWorld} from '../../fakes/world.ts';
import {planOf} from '../../plan/planner.ts';

const night = '{not_before: "22:00", until: "04:00", zone: UTC}';

function evacuation(): Promise<Plan> {
	const world = new FakeWorld('kvm1', 'kvm2', 'kvm3');
	world.guest('kvm1', 'web1', {metadata: 'owner="web team" labels="prod web"'});
	world.guest('kvm1', 'db1');
	return planOf(
		`- {hosts: kvm1, tasks: [{evacuate: {to: "compute:!kvm1", order: name, window: ${night}}}]}`,
		new FakeShell(world),
	);
}

const gib = 1024 ** 2;
const use = (host: string, total: number, used: number): HostUse => ({
	host,
	memory_kib: total * gib,
	before: {memory_kib: 0, guests: []},
	after: {memory_kib: used * gib, guests: used === 0 ? [] : ['a', 'b']},
});

test('the failure of one more host is weighed: its guests against the free memory of the others', async t => {
	const plan = await evacuation();
	const losses = (hosts: readonly HostUse[]) => riskTexts({...plan, hosts}).filter(text => text.startsWith('if '));
	// The host that is emptied is of no use meanwhile.
	t.deepEqual(losses([use('kvm1', 64, 0), use('kvm2', 32, 20), use('kvm3', 32, 4)]), [
		'if one more host fails after the run, the other hosts have enough free memory for its guests',
	]);
	t.deepEqual(losses([use('kvm1', 64, 0), use('kvm2', 32, 20), use('kvm3', 16, 12)]), [
		'if kvm2 fails after the run, the other hosts cannot start all of its guests: 2 guests, 20.0 GiB, and 4.0 GiB of memory free',
	]);
});

test('the risk names the longest downtime and the guests that could not move back, each reason once', async t => {
	const plan = await evacuation();
	const warning = {text: 'could not move back: kvm1: too full', remedy: 'r', cannot_return: true} as const;
	const [choice, ...others] = plan.choices;
	const warnings = ['db1', 'web1'].map(about => ({about, ...warning}));
	const full = {...plan, choices: choice === undefined ? [] : [{...choice, warnings}, ...others]};
	t.regex(riskTexts(full)[0] ?? '', /^longest downtime: (db1|web1), \d+ ms \(estimate\)$/);
	t.is(riskTexts(full)[1], 'db1, web1: could not move back: kvm1: too full');
	for (const text of [planText(full), planMarkdown(full), planHtml(full)]) {
		t.is(text.split('too full').length, 2);
		t.is(text.split('vacate return RUN').length, 2);
	}
	t.deepEqual(riskTexts({...plan, actions: []}), []);
});

test('who made a plan, when its moves may begin and who approved it stand above the moves', async t => {
	const plan = await evacuation();
	const at = '2026-11-30T18:00:00Z';
	const statement = {vacate_approval: 1, seal: 's', at, ticket: 'CHG1', until: '2026-12-02T04:00:00Z'} as const;
	const review = {
		origin: {operator: 'anna', controller: 'ctl1', at, ticket: 'CHG1', reason: 'firmware'},
		required: 2,
		approvals: [
			{statement, signer: 'bert', why: undefined},
			{statement, signer: undefined, why: 'its key is revoked'},
		],
	};
	const [made, inventory, window, ...approvals] = aboutTexts(plan, review);
	t.is(made, `made by anna on ctl1 at ${at}, ticket CHG1: firmware`);
	t.is(inventory, 'inventory: inventory.yml');
	t.regex(window ?? '', /^window: moves begin from 22:00 until 04:00 \(UTC\) only/);
	t.deepEqual(approvals, [
		'approvals: 1 of 2 required',
		`approved by bert at ${at}, ticket CHG1, until 2026-12-02T04:00:00Z`,
		`approval not valid: its key is revoked (at ${at}, ticket CHG1, until 2026-12-02T04:00:00Z)`,
	]);
	for (const text of [planText(plan, undefined, review), planMarkdown(plan, [], review), planHtml(plan, [], review)]) {
		const [who, moves] = [text.indexOf('approved by bert'), text.indexOf('starts after')];
		t.true(who > 0 && who < moves);
	}
	t.deepEqual(aboutTexts({...plan, choices: []}, {approvals: []}), ['inventory: inventory.yml']);
});

test('what guests are is told by title, owner and labels of their definitions', async t => {
	t.deepEqual(serviceTexts(await evacuation()), ['web1: owner: web team; labels: prod, web']);
	const metadata = '<metadata><v:guest xmlns:v="urn:vacate" owner=" anna " labels="a"/></metadata>';
	const read = (xml: string) => readGuestMetadata(`<domain><name>a</name>${xml}</domain>`);
	t.like(read(`<title>Web shop</title>${metadata}`), {title: 'Web shop', owner: 'anna', labels: ['a']});
	t.like(read('<title>Web shop</title>'), {title: 'Web shop', labels: []});
	t.false('title' in read('') || 'owner' in read(''));
});
