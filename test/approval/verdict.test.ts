import test from 'ava';
import {eventsAt} from '../../src/approval/calendar.ts';
import type {ApprovalPolicy} from '../../src/approval/policy.ts';
import {type Statement, statementOf, statementText} from '../../src/approval/statement.ts';
import {type Approval, blockersOf, judge, type Situation} from '../../src/approval/verdict.ts';

const seal = `sha256:${'1'.repeat(64)}`;

function approval(signer: string | undefined, more: Partial<Statement> = {}): Approval {
	return {signer, statement: {vacate_approval: 1, seal, at: '2026-11-30T10:00:00Z', ticket: 'CHG1', ...more}};
}

const situation: Situation = {
	seal,
	planner: {operator: 'root', sudo_user: 'paul'},
	applier: {operator: 'root', sudo_user: 'anna'},
	ticket: 'CHG1',
	now: new Date('2026-11-30T18:00:00Z'),
	approvals: [approval('bert@example.org'), approval('carl')],
	refusals: [],
};

const policy: ApprovalPolicy = {approvals: 2, not_by: ['planner', 'applier'], ticket: 'CHG\\d+'};

test('two approvals by others, with a ticket, are enough', t => {
	t.deepEqual(blockersOf(policy, situation), []);
	t.deepEqual(blockersOf({}, {...situation, approvals: []}), [], 'and without a policy none is needed');
});

const cases: readonly {
	readonly what: string;
	readonly policy?: Partial<ApprovalPolicy>;
	readonly situation: Partial<Situation>;
	readonly says: readonly string[];
	readonly why?: string;
}[] = [
	{what: 'one is missing', situation: {approvals: [approval('carl')]}, says: ['the plan has 1 of 2 approvals']},
	{
		what: 'one has approved twice',
		situation: {approvals: [approval('carl'), approval('carl', {reason: 'again'})]},
		says: ['the plan has 1 of 2 approvals'],
	},
	{
		what: 'one is of another plan',
		situation: {approvals: [approval('carl', {seal: `sha256:${'2'.repeat(64)}`})]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'the approval is for another plan',
	},
	{
		what: 'one has expired',
		situation: {approvals: [approval('carl', {until: '2026-11-30T17:00:00Z'})]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'the approval expired at 2026-11-30T17:00:00Z',
	},
	{
		what: 'one is not yet valid',
		situation: {approvals: [approval('carl', {not_before: '2026-12-01T00:00:00Z'})]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'the approval is not valid before 2026-12-01T00:00:00Z',
	},
	{
		what: 'the planner approves it',
		situation: {approvals: [approval('paul@example.org')]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'paul@example.org is the planner of the plan',
	},
	{
		what: 'the applier approves it',
		situation: {approvals: [approval('anna')]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'anna is the applier of the plan',
	},
	{
		what: 'nobody knows whose signature it is',
		situation: {approvals: [{...approval(undefined), fault: 'the key is revoked'}]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'the key is revoked',
	},
	{
		what: 'the file holds something else',
		situation: {approvals: [{statement: undefined, signer: undefined}]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'this is not an approval',
	},
	{
		what: 'the ticket is of another kind',
		situation: {ticket: undefined, approvals: [approval('carl', {ticket: 'INC7'})]},
		says: ['the plan has 0 of 2 approvals', 'no ticket matches CHG\\d+: --ticket'],
		why: 'its ticket does not match the policy',
	},
	{
		what: 'it was approved for another ticket',
		situation: {approvals: [approval('carl', {ticket: 'CHG2'})]},
		says: ['the plan has 0 of 2 approvals'],
		why: 'the approval is for ticket CHG2, not CHG1',
	},
	{
		what: 'who made the plan is not known',
		situation: {planner: undefined},
		says: ['the planner is unknown: PLAN.origin.yml is missing or belongs to another plan'],
	},
	{what: 'the day is frozen', situation: {frozen: ['year end']}, says: ['changes are frozen now: year end']},
	{
		what: 'it is outside of all windows',
		situation: {allowed: []},
		says: ['no calendar window is open now'],
	},
	{
		what: 'a program refuses it',
		situation: {refusals: ['check refuses it: too many']},
		says: ['check refuses it: too many'],
	},
];

for (const {what, situation: change, says, why} of cases) {
	test(`a plan is refused when ${what}`, t => {
		const now = {...situation, ...change};
		t.deepEqual(blockersOf(policy, now), says);
		if (why !== undefined) t.is(judge(policy, now)[0]?.why, why);
	});
}

test('a statement is read back, and only a statement', t => {
	const statement: Statement = {vacate_approval: 1, seal, at: '2026-11-30T10:00:00Z', until: '2026-12-01T00:00:00Z'};
	t.deepEqual(statementOf(statementText(statement)), statement);
	for (const text of ['', '[]', '{}', '{"vacate_approval":2}', statementText({...statement, more: 'x'} as Statement)]) {
		t.is(statementOf(text), undefined, text);
	}
});

function calendar(...lines: readonly string[]): string {
	return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:test', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:window', ...lines, 'END:VEVENT'];

test('a time lies within an event, or not', t => {
	const at = (text: string, time: string, zone?: string) => eventsAt(text, new Date(time), zone).join();
	const once = calendar(...event('DTSTART:20261130T200000Z', 'DTEND:20261130T220000Z'));
	t.is(at(once, '2026-11-30T19:59:59Z'), '');
	t.is(at(once, '2026-11-30T20:00:00Z'), 'window');
	t.is(at(once, '2026-11-30T22:00:00Z'), '');
	const weekly = calendar(
		...event(
			'DTSTART:20261103T200000Z',
			'DTEND:20261103T220000Z',
			'RRULE:FREQ=WEEKLY;BYDAY=TU',
			'EXDATE:20261124T200000Z',
		),
	);
	t.is(at(weekly, '2026-11-17T21:00:00Z'), 'window');
	t.is(at(weekly, '2026-11-18T21:00:00Z'), '');
	t.is(at(weekly, '2026-11-24T21:00:00Z'), '', 'left out that day');
	t.is(at(weekly, '2026-12-01T21:00:00Z'), 'window');
	const day = calendar(...event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227'));
	t.is(at(day, '2026-12-23T23:30:00Z'), '');
	t.is(at(day, '2026-12-23T23:30:00Z', 'Europe/Berlin'), 'window', 'a day begins earlier in the east');
	t.is(at(day, '2026-12-26T23:30:00Z', 'Europe/Berlin'), '');
	const floating = calendar(...event('DTSTART:20260701T220000', 'DTEND:20260702T020000'));
	t.is(at(floating, '2026-07-01T20:30:00Z', 'Europe/Berlin'), 'window', 'in summer time');
	t.is(at(floating, '2026-07-01T20:30:00Z'), '');
	t.throws(() => at('no calendar', '2026-07-01T20:30:00Z'));
});
