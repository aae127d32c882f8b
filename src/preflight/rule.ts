import type {MigrationMode} from '../placement/cluster.ts';
import type {PreflightFacts} from './facts.ts';
import type {Finding, Remedy, ScopeName, Subject} from './finding.ts';

/** One of the checks before a move. */
export type PreflightRule = {
	readonly id: string;
	/** Number of the check in `docs/preflight.md`. */
	readonly check: number;
	/** What it checks, as in `not checked: snapshots`. */
	readonly about: string;
	readonly severity: 'blocks' | 'warns';
	/** What kind of subject it checks. */
	readonly scope: ScopeName;
	/** Pure. The findings of all subjects. */
	judge(facts: PreflightFacts): RuleResult;
};

/** All findings, and how many subjects were checked, passed, or could not be judged. */
export type RuleResult = {
	readonly findings: readonly Finding[];
	readonly looked: number;
	readonly passed: number;
	readonly unknown: number;
};

export type RuleProblem = {readonly reason: string; readonly remedy: Remedy; readonly modes?: readonly MigrationMode[]};

/** A kind of subject, how to list all subjects of the kind, and how to name one. */
export type RuleScope<Item> = {
	readonly name: ScopeName;
	each(facts: PreflightFacts): readonly Item[];
	subject(item: Item): Subject;
};

type Known<Needs> = {readonly [Name in keyof Needs]: Exclude<Needs[Name], undefined>};

export type RuleDefinition<Item, Needs extends object> = {
	readonly id: string;
	readonly check: number;
	readonly about: string;
	readonly severity: PreflightRule['severity'];
	/** The migration modes that it blocks. Default: both. */
	readonly modes?: readonly MigrationMode[];
	readonly of: RuleScope<Item>;
	/** Whether the rule applies to the item. Default: yes. */
	applies?(item: NoInfer<Item>): boolean;
	/** The facts that it requires. If one of them is undefined, `judge` is not called. */
	needs(item: NoInfer<Item>): Needs;
	/** How to obtain the facts. */
	ask(item: NoInfer<Item>): Remedy;
	judge(known: Known<NoInfer<Needs>>, item: NoInfer<Item>): RuleProblem | readonly RuleProblem[] | undefined;
};

/** Defines a rule. `judge` never sees an unknown fact, so it cannot ignore one. */
export function rule<Item, Needs extends object>(definition: RuleDefinition<Item, Needs>): PreflightRule {
	const {id, check, about, severity, modes = ['live', 'cold'], of, needs, ask, judge} = definition;
	const applies = definition.applies ?? (() => true);
	return {
		id,
		check,
		about,
		severity,
		scope: of.name,
		judge(facts) {
			const items = of.each(facts).filter(applies);
			const findings: Finding[] = [];
			let [passed, unknown] = [0, 0];
			for (const item of items) {
				const known = needs(item);
				const isKnown = !Object.values(known).includes(undefined);
				const problems = isKnown ? [judge(known as Known<Needs>, item) ?? []].flat() : [];
				if (isKnown && problems.length === 0) {
					passed += 1;
					continue;
				}
				const common = {...of.subject(item), rule: id, check, scope: of.name, severity, modes};
				for (const problem of problems) findings.push({...common, outcome: 'found', ...problem});
				if (isKnown) continue;
				unknown += 1;
				findings.push({...common, outcome: 'unknown', reason: `not checked: ${about}`, remedy: ask(item)});
			}
			return {findings, looked: items.length, passed, unknown};
		},
	};
}
