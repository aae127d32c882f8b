/** The parameters of a step that looks at one image. */
export const imageParam = {
	type: 'object',
	additionalProperties: false,
	required: ['path'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'The image, as a path on the host.'},
		format: {type: 'string', description: 'Its format: qcow2, which is the default, raw, …'},
	},
} as const;
