import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {InputError, PrerequisiteError} from '../errors.ts';
import type {Plan, SealedPlan} from '../plan/document/model.ts';
import {planSchema} from '../plan/document/schema.ts';
import {placeIn} from '../playbook/place.ts';
import {schemaProblems} from '../playbook/schema-problems.ts';
import {parseYaml} from '../yaml/document.ts';
import {unfoldedYamlText} from '../yaml/write.ts';

export function digestOf(value: unknown): string {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** A plan as its file has it, sealed. The same plan gives the same text. */
export function planFileText(plan: Plan): string {
	// A plan that was read from a file has a seal already.
	const {seal: _, ...plain} = JSON.parse(JSON.stringify(plan));
	return unfoldedYamlText({...plain, seal: digestOf(plain)});
}

/**
 * Reads a plan that nobody has changed since it was sealed.
 *
 * @throws InputError for what is no plan; PrerequisiteError for a broken seal.
 */
export async function readPlan(file: string): Promise<SealedPlan> {
	const plan = parsePlan(file, await readFile(file, 'utf8'));
	if (plan.seal === sealOf(plan)) return plan;
	throw new PrerequisiteError(
		`${file} was changed after it was sealed`,
		`check the changes; if they are intended, seal the plan again: vacate seal ${file}`,
	);
}

/** Reads a plan without asking for its seal: to look at it, or to compare. */
export async function readAnyPlan(file: string): Promise<{readonly plan: SealedPlan; readonly isSealed: boolean}> {
	const plan = parsePlan(file, await readFile(file, 'utf8'));
	return {plan, isSealed: plan.seal === sealOf(plan)};
}

/** The text of a plan with the seal that it should have; all else stays as it is written. */
export function resealed(file: string, text: string): string {
	const seal = sealOf(parsePlan(file, text));
	return text.replace(/^seal: .*$/m, () => `seal: ${seal}`);
}

function parsePlan(file: string, text: string): SealedPlan {
	const document = parseYaml(file, text);
	const problems = schemaProblems('plan', planSchema, document.data ?? null, placeIn(document, ''));
	if (problems.length > 0) throw new InputError(problems);
	return document.data as SealedPlan;
}

function sealOf({seal: _, ...plan}: SealedPlan): string {
	return digestOf(plan);
}
