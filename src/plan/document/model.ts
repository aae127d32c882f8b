import type {FromSchema} from 'json-schema-to-ts';
import type {Json} from '../../steps/step.ts';
import type {planSchema} from './schema.ts';

/** Placeholder for any JSON when types are derived from the schema. */
type AnyJson = {readonly anyJson: true};

type Pattern = {readonly pattern: {readonly $comment: 'any JSON'}; readonly output: AnyJson};

/** A deeply read-only plan. */
type Read<Value> = Value extends AnyJson
	? Json
	: Value extends readonly (infer Item)[]
		? readonly Read<Item>[]
		: Value extends object
			? {readonly [Key in keyof Value]: Read<Value[Key]>}
			: Value;

/** A plan with its seal. */
export type SealedPlan = Read<FromSchema<typeof planSchema, {deserialize: [Pattern]}>>;

/** A plan as stored in its file; `schema.ts` describes its parts. */
export type Plan = {readonly [Key in keyof SealedPlan as Exclude<Key, 'seal'>]: SealedPlan[Key]};

export type Sources = Plan['made_from'];
export type Expected = Plan['expected'];
export type HostUse = Plan['hosts'][number];
/** The running guests of a host, by name. */
export type GuestsThere = HostUse['before'];
export type GuestFound = Plan['guests'][number];
export type DiskFound = NonNullable<GuestFound['disks']>[number];
export type PlannedTask = Plan['tasks'][number];
export type PlannedAction = Plan['actions'][number];
export type PlannedCommand = PlannedAction['commands'][number];
export type ActionExpected = NonNullable<PlannedAction['expected']>;
export type ExpectedTimeout = NonNullable<ActionExpected['timeout']>;
export type Choice = Plan['choices'][number];
export type ChosenPart = Choice['parts'][number];
export type GuestLeft = Plan['left'][number];
export type NotDone = Plan['nothing_to_do'][number];
export type Undecided = Plan['decided_at_run_time'][number];
export type PlanProblem = Plan['problems'][number];
