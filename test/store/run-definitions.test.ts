import test from 'ava';
import {definitionsIn} from '../../src/store/run-definitions.ts';

const web1 = '11111111-2222-4333-8444-555555555555';
const db1 = '22222222-2222-4333-8444-555555555555';
const xml = (uuid: string, text = '') => `<domain type='kvm'>\n  <uuid>${uuid}</uuid>${text}\n</domain>`;

const line = (host: string, argv: readonly string[], stdout: string) =>
	`${JSON.stringify({at: 1, host, effect: 'read', argv, code: 0, stdout, stderr: ''})}\n`;

test('definitions are taken from what hosts reported, each once for each host, in order', t => {
	const dump = ['virsh', 'dumpxml', '--domain', web1];
	const text = [
		line(
			'kvm1',
			['virsh', 'dumpxml ...'],
			`${xml(web1)}\n\n --- 1 --- \n${xml(db1, '<description>a &lt;/domain></description>')}\n`,
		),
		line('kvm1', dump, `${xml(web1)}\n`),
		line('kvm1', dump, `${xml(web1, '<on_crash>restart</on_crash>')}\n`),
		line('kvm2', dump, `${xml(web1)}\n`),
		line('kvm2', ['cat', 'x.xml'], xml(db1)),
		line('kvm2', dump, 'error: failed to get domain'),
		'{"at":1,"host":"kvm2","argv":["virsh","dumpxml"],"stdout":"<domain type',
	].join('');
	t.deepEqual(definitionsIn({part: 'commands.jsonl', text}), [
		{part: `definitions/${web1}.1.kvm1.xml`, text: `${xml(web1)}\n`},
		{part: `definitions/${db1}.1.kvm1.xml`, text: `${xml(db1, '<description>a &lt;/domain></description>')}\n`},
		{part: `definitions/${web1}.2.kvm1.xml`, text: `${xml(web1, '<on_crash>restart</on_crash>')}\n`},
		{part: `definitions/${web1}.3.kvm2.xml`, text: `${xml(web1)}\n`},
	]);
	const [first] = definitionsIn({part: 'commands.jsonl', text, masked: true});
	t.true(first?.masked);
});
