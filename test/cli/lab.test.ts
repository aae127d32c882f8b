import test from 'ava';
import {labCommand} from '../../src/cli/commands/lab.ts';

for (const subnet of ['10.64', '10.64.0.0', '10.64.256', '10.64.x', '']) {
	test(`a subnet of a lab is three octets, not “${subnet}”`, async t => {
		const up = labCommand().commands.find(command => command.name() === 'up');
		await t.throwsAsync(async () => up?.parseAsync(['--subnet', subnet], {from: 'user'}), {
			message: /expected the first three octets of an address, such as 10\.77\.0/,
		});
	});
}
