import type {MigrationMode} from '../placement/cluster.ts';
import type {PreflightFacts} from './facts.ts';
import type {Finding, Remedy, ScopeName, Subject} from './finding.ts';

/** One of the checks before a move. */
export type PreflightRule = {
	readonly id: string;
	/** Its number in `docs/preflight.md`. */
	readonly check: number;
	/** What it looks at, as in `not known: its snapshots`. */
	readonly about: string;
	readonly severity: 'blocks' | 'warns';
	/** What kind of thing it looks at. */
	readonly scope: ScopeName;
	/** Pure. What it finds: of each thing that it looks at nothing, one problem or several. */
	judge(facts: PreflightFacts): RuleResult;
};

/** All findings, and how many things were looked at, passed, or could not be judged. */
export type RuleResult = {
	readonly findings: readonly Finding[];
	readonly looked: number;
	readonly passed: number;
	readonly unknown: number;
};

export type RuleProblem = {readonly reason: string; readonly remedy: Remedy; readonly modes?: readonly MigrationMode[]};

/** What a kind of thing is, where all of its kind are, and how one is told. */
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
	/** The ways that it stands against; left out: both. */
	readonly modes?: readonly MigrationMode[];
	readonly of: RuleScope<Item>;
	/** Is there anything to look at? Yes, when left out. */
	applies?(item: NoInfer<Item>): boolean;
	/** The facts that it needs. While one of them is undefined it is not asked for its judgement. */
	needs(item: NoInfer<Item>): Needs;
	/** Where the facts come from. */
	ask(item: NoInfer<Item>): Remedy;
	judge(known: Known<NoInfer<Needs>>, item: NoInfer<Item>): RuleProblem | readonly RuleProblem[] | undefined;
};

/** Makes a rule that cannot pass over a fact that is not known: it never sees one. */
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
				findings.push({...common, outcome: 'unknown', reason: `not known: ${about}`, remedy: ask(item)});
			}
			return {findings, looked: items.length, passed, unknown};
		},
	};
}
