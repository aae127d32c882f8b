/** The parameters of a step for one image. */
export const imageParam = {
	type: 'object',
	additionalProperties: false,
	required: ['path'],
	properties: {
		path: {type: 'string', minLength: 1, description: 'Path of the image on the host.'},
		format: {type: 'string', description: 'Format of the image, such as qcow2 (the default) or raw.'},
	},
} as const;
