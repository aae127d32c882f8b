/** An object in the output of qemu-img. Nothing is assumed about its values: a host may report anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value, if it is an object. */
export function objectIn(value: unknown): JsonObject | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
