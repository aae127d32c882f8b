import {masked} from '../../shell/mask.ts';

/** Masks secrets in everything that is written to a stream from now on. */
export function maskOutput(stream: NodeJS.WriteStream): void {
	const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
	stream.write = (chunk: unknown, ...rest: unknown[]) =>
		write(typeof chunk === 'string' ? masked(chunk) : chunk, ...rest);
}
