import {info, parseInfo} from '../qemu-img/info.ts';
import {parseBeginning, readBeginning} from '../qemu-img/probe-format.ts';
import {demand} from '../shell/demand.ts';
import {parsed} from '../shell/parsed.ts';
import type {Shell} from '../shell/shell.ts';
import type {Request, Value} from './facts.ts';

/**
 * An image and its chain. The content of an image declared as raw is probed separately, since qemu-img does not report
 * it.
 */
export async function readImage(shell: Shell, {host, path, format}: Request<'image'>): Promise<Value<'image'>> {
	const command = info(host, path, format);
	const chain = parsed(command, await demand(shell, command), parseInfo);
	const [top, ...below] = chain;
	if (format !== 'raw' || top === undefined) return chain;
	const looksLike = parseBeginning((await demand(shell, readBeginning(host, path))).stdout);
	return looksLike === undefined ? chain : [{...top, looksLike}, ...below];
}
