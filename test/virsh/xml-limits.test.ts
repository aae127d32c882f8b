import test from 'ava';
import {parseDefinition, parseDefinitions} from '../../src/virsh/definition/parse-definition.ts';
import {demandSmallXml} from '../../src/virsh/definition/xml-limits.ts';

const domain = (inside: string) => `<domain type='kvm'><name>web1</name><uuid>u</uuid>${inside}</domain>`;
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

for (const [title, inside, message] of [
	['elements within one another', nested(1_000_000), /has \d+ characters; the maximum is 1048576/],
	['a deep tree', nested(100), 'the XML of the host has elements nested 65 deep; the maximum is 64'],
	['many elements', '<a/>'.repeat(30_000), 'the XML of the host has more than 20000 elements; the maximum is 20000'],
	['a long tag', `<a b='${'x'.repeat(70_000)}'/>`, /a tag of 70009 characters; the maximum is 65536/],
	['many attributes', `<a ${"b='' ".repeat(300)}/>`, /300 attributes in one element; the maximum is 200/],
	['a tag without end', '<a '.repeat(100_000), /the XML of the host has a tag of \d+ characters/],
	['a quote without end', "<a b='", 'the XML of the host ends within a tag'],
	['a comment without end', '<!-- ', 'the XML of the host ends within a tag'],
	['entities', '<!DOCTYPE a [<!ENTITY b "c">]>', 'the XML of the host has a document type declaration'],
] as const) {
	test(`a definition is refused: ${title}`, async t => {
		const expected = typeof message === 'string' ? {message} : {message};
		await t.throwsAsync(parseDefinition(domain(inside)), expected);
		await t.throwsAsync(parseDefinitions(domain(''), domain(inside)), expected);
	});
}

test('what definitions contain is within the limits', t => {
	t.notThrows(() => demandSmallXml(''));
	t.notThrows(() =>
		demandSmallXml(
			`<?xml version='1.0'?>${domain(`<!-- <a> --><![CDATA[<a>]]>${nested(60)}<b c='/>' d=">"/>${'<disk/>'.repeat(5000)}`)}`,
		),
	);
});
