import {info, parseInfo} from '../qemu-img/info.ts';
import {parseBeginning, readBeginning} from '../qemu-img/probe-format.ts';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import type {Request, Value} from './facts.ts';

/**
 * An image and its chain. The content of an image declared as raw is probed separately, since qemu-img does not report
 * it.
 */
export async function readImage(shell: Shell, {host, path, format}: Request<'image'>): Promise<Value<'image'>> {
	const chain = parseInfo((await demand(shell, info(host, path, format))).stdout);
	const [top, ...below] = chain;
	if (format !== 'raw' || top === undefined) return chain;
	const looksLike = parseBeginning((await demand(shell, readBeginning(host, path))).stdout);
	return looksLike === undefined ? chain : [{...top, looksLike}, ...below];
}
