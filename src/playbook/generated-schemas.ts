import {steps} from '../steps/index.ts';
import {playbookSchema} from './editor-schema.ts';
import {inventorySchema, varsSchema} from './inventory-schema.ts';

/** The files of `schemas/`, made from the TypeScript that checks the input. */
export function generatedSchemas(): Readonly<Record<string, string>> {
	const text = (schema: object) => `${JSON.stringify(schema, undefined, '\t')}\n`;
	return {
		'playbook.schema.json': text(playbookSchema(steps)),
		'inventory.schema.json': text(inventorySchema),
		'vars.schema.json': text(varsSchema),
	};
}
