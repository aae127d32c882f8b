import test from 'ava';
import {InputError} from '../../src/errors.ts';
import {expectationOf, parseDuration, parseRate, parseSize, sizeSchema} from '../../src/units/units.ts';

test('durations, sizes and rates are parsed to their smallest unit', t => {
	t.deepEqual(['300 ms', '1.5 s', '5min', '2 h'].map(parseDuration), [300, 1500, 300_000, 7_200_000]);
	t.deepEqual(['10 B', '1 KiB', '0.5 MiB', '20 GiB'].map(parseSize), [10, 1024, 524_288, 21_474_836_480]);
	t.deepEqual(['100 MiB/s', '1 GiB/s'].map(parseRate), [104_857_600, 1_073_741_824]);
});

test('an invalid quantity is reported with an example', t => {
	for (const [parse, text, hint] of [
		[parseDuration, '300', /a duration such as 300 ms/],
		[parseSize, '20 GB', /a size such as 512 MiB/],
		[parseRate, '100 MiB', /a rate such as 100 MiB\/s/],
		[parseSize, '1 constructor', /a size such as/],
	] as const) {
		const error = t.throws(() => parse(text), {instanceOf: InputError});
		t.regex(error?.problems[0]?.hint ?? '', hint);
	}
	t.is(expectationOf(sizeSchema.pattern), 'a size such as 512 MiB or 20 GiB');
	t.is(expectationOf('^x$'), undefined);
});
