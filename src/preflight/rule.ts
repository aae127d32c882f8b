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
	/** Pure. What it finds, of each thing that it looks at: nothing, one problem or several. */
	judge(facts: PreflightFacts): readonly RuleResult[];
};

/** A thing that was looked at, and what was found: an empty list where it passed. */
export type RuleResult = {readonly subject: Subject; readonly findings: readonly Finding[]};

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
		judge: facts =>
			of
				.each(facts)
				.filter(applies)
				.map(item => {
					const subject = of.subject(item);
					const known = needs(item);
					const common = {...subject, rule: id, check, scope: of.name, severity, modes};
					if (Object.values(known).includes(undefined)) {
						const finding = {...common, outcome: 'unknown', reason: `not known: ${about}`, remedy: ask(item)} as const;
						return {subject, findings: [finding]};
					}
					const problems = [judge(known as Known<Needs>, item) ?? []].flat();
					return {subject, findings: problems.map(problem => ({...common, outcome: 'found' as const, ...problem}))};
				}),
	};
}
