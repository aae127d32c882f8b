import type {Position} from '../errors.ts';
import {TemplateError} from './error.ts';

const semantic =
	/^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*))?(?:\+[\da-zA-Z-.]+)?$/;
const strict = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/;

/**
 * Negative, zero or positive, as two versions are ordered.
 *
 * @throws TemplateError for a version that is not of that type.
 */
export function versionOrder(left: string, right: string, type: string, position: Position): number {
	switch (type) {
		case 'loose':
			return compareVersions(left, right);
		case 'strict':
			return compareParts(strictParts(left, position), strictParts(right, position));
		case 'semver':
		case 'semantic':
			return compareSemantic(semanticParts(left, position), semanticParts(right, position));
		default:
			throw new TemplateError(`'${type}' is not a supported type of version`, position, 'use loose, strict or semver');
	}
}

/** Compares as Python's LooseVersion, by numbers and words: 1.10 sorts after 1.9, 2.0rc1 before 2.0.1. */
export function compareVersions(left: string, right: string): number {
	return compareParts(partsOf(left), partsOf(right));
}

type Parts = readonly (string | number)[];

function compareParts(a: Parts, b: Parts): number {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const [x, y] = [a[index], b[index]];
		if (x === undefined || y === undefined) return a.length - b.length;
		if (x === y) continue;
		if (typeof x === 'number' && typeof y === 'number') return x - y;
		return String(x) < String(y) ? -1 : 1;
	}
	return 0;
}

function partsOf(version: string): Parts {
	return (version.match(/\d+|[a-z]+/gi) ?? []).map(part => (/^\d/.test(part) ? Number(part) : part));
}

/** `1.2.3b4` comes before `1.2.3`. */
function strictParts(version: string, position: Position): Parts {
	const found = strict.exec(version);
	if (found === null) throw new TemplateError(`'${version}' is not a strict version such as 1.2.3`, position);
	const [, major, minor, patch = 0, letter, number = 0] = found;
	return [
		Number(major),
		Number(minor),
		Number(patch),
		letter === undefined ? 2 : letter === 'a' ? 0 : 1,
		Number(number),
	];
}

type Semantic = {readonly numbers: Parts; readonly pre: Parts};

function semanticParts(version: string, position: Position): Semantic {
	const found = semantic.exec(version);
	if (found === null) throw new TemplateError(`'${version}' is not a semantic version such as 1.2.3-rc.1`, position);
	const [, major, minor, patch, pre] = found;
	return {
		numbers: [major, minor, patch].map(Number),
		pre: (pre?.split('.') ?? []).map(part => (/^\d+$/.test(part) ? Number(part) : part)),
	};
}

/** A release comes after its pre-releases; numbers come before words. */
function compareSemantic(a: Semantic, b: Semantic): number {
	const numbers = compareParts(a.numbers, b.numbers);
	if (numbers !== 0) return numbers;
	if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
	const differs = a.pre.findIndex((part, index) => part !== b.pre[index]);
	const [x, y] = [a.pre[differs], b.pre[differs]];
	if (differs < 0 || y === undefined) return a.pre.length - b.pre.length;
	if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
	return typeof x === 'number' ? x - Number(y) : compareParts([String(x)], [y]);
}
