/** One mistake, in ajv's words. */
export type SchemaError = {
	readonly instancePath: string;
	readonly schemaPath: string;
	readonly keyword: string;
	readonly params: Readonly<Record<string, unknown>>;
};

type Validator = {(data: unknown): boolean; readonly errors?: readonly SchemaError[] | null};

/** Compiled by the build from `validatorSchemas`, as compiling takes a third of a second and this takes none. */
declare const validators: Readonly<Record<string, Validator>>;
export default validators;
