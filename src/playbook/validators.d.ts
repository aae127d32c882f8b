/** One error, as reported by ajv. */
export type SchemaError = {
	readonly instancePath: string;
	readonly schemaPath: string;
	readonly keyword: string;
	readonly params: Readonly<Record<string, unknown>>;
};

type Validator = {(data: unknown): boolean; readonly errors?: readonly SchemaError[] | null};

/** Compiled from `validatorSchemas` at build time, because compiling takes a third of a second at each start. */
declare const validators: Readonly<Record<string, Validator>>;
export default validators;
