import {info, parseInfo} from '../qemu-img/info.ts';
import {parseBeginning, readBeginning} from '../qemu-img/probe-format.ts';
import {demand} from '../shell/demand.ts';
import type {Shell} from '../shell/shell.ts';
import type {Request, Value} from './facts.ts';

/** An image and its chain. What is declared as raw can be of any format, which qemu-img does not say when it is told so. */
export async function readImage(shell: Shell, {host, path, format}: Request<'image'>): Promise<Value<'image'>> {
	const chain = parseInfo((await demand(shell, info(host, path, format))).stdout);
	const [top, ...below] = chain;
	if (format !== 'raw' || top === undefined) return chain;
	const looksLike = parseBeginning((await demand(shell, readBeginning(host, path))).stdout);
	return looksLike === undefined ? chain : [{...top, looksLike}, ...below];
}
