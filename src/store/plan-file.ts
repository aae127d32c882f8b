import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {InputError, PrerequisiteError} from '../errors.ts';
import {type Edit, fromActions} from '../plan/document/edits.ts';
import type {Plan, SealedPlan} from '../plan/document/model.ts';
import {planSchema, planVersion} from '../plan/document/schema.ts';
import type {SourceRange} from '../playbook/model.ts';
import {placeIn} from '../playbook/place.ts';
import {schemaProblems} from '../playbook/schema-problems.ts';
import {steps} from '../steps/index.ts';
import {isMapping} from '../template/value.ts';
import {parseYaml, type YamlDocument} from '../yaml/document.ts';
import {unfoldedYamlText} from '../yaml/write.ts';

export function digestOf(value: unknown): string {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The plan as its file has it, with its seal. */
export function sealedPlan(plan: Plan): SealedPlan {
	// A plan that was read from a file has a seal already.
	const {seal: _, ...plain} = JSON.parse(JSON.stringify(plan));
	return {...plain, seal: digestOf(plain)};
}

/** The text of a sealed plan. Deterministic. */
export function planFileText(plan: Plan): string {
	return unfoldedYamlText(sealedPlan(plan));
}

/**
 * Reads a plan, and verifies its seal.
 *
 * @throws InputError for what is no plan; PrerequisiteError for a broken seal.
 */
export async function readPlan(file: string): Promise<SealedPlan> {
	const {plan} = parsePlan(file, await readFile(file, 'utf8'));
	if (plan.seal === sealOf(plan)) return plan;
	throw brokenSeal(file);
}

function brokenSeal(file: string): PrerequisiteError {
	return new PrerequisiteError(
		`${file} was changed after it was sealed`,
		`check the changes; if they are intended, seal the plan again: vacate seal ${file}`,
	);
}

/**
 * Reads a plan to apply it: verifies its seal, and that its texts match its actions.
 *
 * @throws InputError for what is no plan, and for each text that differs; PrerequisiteError for a broken seal.
 */
export async function readPlanToApply(file: string): Promise<PlanFile> {
	const read = await readAnyPlan(file);
	if (!read.isSealed) throw brokenSeal(file);
	refuseEdits(read.edits, read.place);
	return read;
}

/** @throws InputError with the place of each edit in the file. */
export function refuseEdits(edits: readonly Edit[], place: SourceRange): void {
	if (edits.length === 0) return;
	const hint = 'only `skip` may be edited in a plan; make a new plan: vacate plan PLAYBOOK -o FILE';
	throw new InputError(edits.map(({at, message}) => place.problem(message, at, hint)));
}

/** A plan read from a file. */
export type PlanFile = {
	/** As the file has it. */
	readonly plan: SealedPlan;
	/** With the texts that its actions give. */
	readonly shown: SealedPlan;
	/** Where the texts of the file differ from those. */
	readonly edits: readonly Edit[];
	readonly isSealed: boolean;
	readonly place: SourceRange;
};

/** Reads a plan without verifying its seal, to show or compare it. */
export async function readAnyPlan(file: string): Promise<PlanFile> {
	return planFrom(file, await readFile(file, 'utf8'));
}

/** @throws InputError for what is no plan. */
export function planFrom(file: string, text: string): PlanFile {
	const {plan, place} = parsePlan(file, text);
	const {plan: shown, edits} = fromActions(plan, steps);
	return {plan, shown: {...shown, seal: plan.seal}, edits, isSealed: plan.seal === sealOf(plan), place};
}

/** The text of a plan with the correct seal; everything else stays as written. */
export function resealed(file: string, text: string): string {
	const seal = sealOf(parsePlan(file, text).plan);
	return text.replace(/^seal: .*$/m, () => `seal: ${seal}`);
}

function parsePlan(file: string, text: string): {readonly plan: SealedPlan; readonly place: SourceRange} {
	const document = parseYaml(file, text);
	refuseOtherVersion(document);
	const place = placeIn(document, '');
	const problems = schemaProblems('plan', planSchema, document.data ?? null, place);
	if (problems.length > 0) throw new InputError(problems);
	return {plan: document.data as SealedPlan, place};
}

/** Reports a different format version instead of all resulting schema errors. */
function refuseOtherVersion(document: YamlDocument): void {
	const version = isMapping(document.data) ? document.data.vacate_plan : undefined;
	if (typeof version !== 'number' || version === planVersion) return;
	const message = `unsupported plan format version ${version}; this vacate reads version ${planVersion}`;
	throw new InputError([document.problem(message, '/vacate_plan', 'make a new plan: vacate plan PLAYBOOK -o FILE')]);
}

function sealOf({seal: _, ...plan}: SealedPlan): string {
	return digestOf(plan);
}
