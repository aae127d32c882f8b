import {readFileSync} from 'node:fs';
import test from 'ava';
import {hasBrowser, lookAt} from './browser.ts';

const golden = readFileSync('test/views/plan/golden/plan.html', 'utf8');

const looks = [
	['a wide window', 1280, false],
	['a telephone', 360, false],
	['a wide window in the dark', 1280, true],
] as const;

if (hasBrowser) {
	for (const [name, width, dark] of looks) {
		test.serial(`the page breaks no rule of accessibility in ${name}`, t => {
			const {violations, passes, overflows, errors} = lookAt(golden, width, dark);
			t.deepEqual(violations, []);
			t.deepEqual(errors, []);
			t.true(passes > 10, `${passes} rules were looked at`);
			t.false(overflows, 'nothing sticks out sideways');
		});
	}

	test.serial('what a page does wrong is seen', t => {
		const page = '<!doctype html><html><head></head><body><img src="x"><p style="color:#999">faint</p></body></html>';
		const {violations} = lookAt(page, 800, false);
		const rules = violations.map(text => text.split(':')[0]);
		for (const rule of ['image-alt', 'html-has-lang', 'document-title', 'color-contrast']) t.true(rules.includes(rule));
	});
} else {
	test('without Chromium, the page is looked at as text only', t => {
		t.regex(golden, /^<!doctype html>/);
	});
}
