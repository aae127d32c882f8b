import {masked} from '../../shell/mask.ts';

/** From now on no text goes out through a stream that shows a secret, whoever writes it. */
export function maskOutput(stream: NodeJS.WriteStream): void {
	const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
	stream.write = (chunk: unknown, ...rest: unknown[]) =>
		write(typeof chunk === 'string' ? masked(chunk) : chunk, ...rest);
}
