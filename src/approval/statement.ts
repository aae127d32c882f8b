/** The statement that approvers sign. The signature covers its exact text. */
export type Statement = {
	readonly vacate_approval: 1;
	/** The seal of the plan: an equal plan keeps its approval, any other loses it. */
	readonly seal: string;
	/** The time of day, in UTC. */
	readonly at: string;
	readonly ticket?: string;
	readonly reason?: string;
	readonly not_before?: string;
	readonly until?: string;
};

/** Keeps a signature from being taken for one of something else. */
export const namespace = 'vacate-approval@v1';

export function statementText(statement: Statement): string {
	return `${JSON.stringify(statement)}\n`;
}

const optional = ['ticket', 'reason', 'not_before', 'until'] as const;

/** The statement of a text; undefined for what is none. */
export function statementOf(text: string): Statement | undefined {
	try {
		const data = JSON.parse(text) as Readonly<Record<string, unknown>>;
		const {vacate_approval: version, seal, at, ...rest} = data;
		if (version !== 1 || typeof seal !== 'string' || typeof at !== 'string') return undefined;
		const isKnown = (name: string) => optional.some(one => one === name);
		if (Object.entries(rest).some(([name, value]) => !isKnown(name) || typeof value !== 'string')) return undefined;
		return {...(rest as Partial<Statement>), vacate_approval: 1, seal, at};
	} catch {
		return undefined;
	}
}

/** Why a statement is not valid for a plan at a time; undefined if it is. */
export function whyInvalid({seal, not_before: from, until}: Statement, ofPlan: string, now: Date): string | undefined {
	if (seal !== ofPlan) return 'the approval is for another plan';
	if (from !== undefined && !(now.getTime() >= Date.parse(from))) return `the approval is not valid before ${from}`;
	if (until !== undefined && !(now.getTime() <= Date.parse(until))) return `the approval expired at ${until}`;
	return undefined;
}
