import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const chromium = '/usr/bin/chromium';

export const hasBrowser = existsSync(chromium);

/** What a real browser makes of a page. */
export type Looked = {
	/** Rules of WCAG 2.2 (A and AA) and of good practice that are broken, with the elements. */
	readonly violations: readonly string[];
	/** How many rules were kept. */
	readonly passes: number;
	/** Must be scrolled sideways. */
	readonly overflows: boolean;
	/** What the browser complained of. */
	readonly errors: readonly string[];
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const look = `
const errors = [];
addEventListener('error', event => errors.push(event.message));
addEventListener('load', async () => {
	const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
	document.querySelectorAll('details').forEach(details => { details.open = true; });
	const {violations, passes} = await axe.run(document, {runOnly: tags});
	const told = {
		violations: violations.map(({id, help, nodes}) => id + ': ' + help + ': ' + nodes.map(node => node.html).join(' ')),
		passes: passes.length,
		overflows: document.documentElement.scrollWidth > document.documentElement.clientWidth,
		errors,
	};
	const result = document.createElement('pre');
	result.id = 'looked';
	result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(told))));
	document.body.append(result);
});
`;

/** Opens a page in headless Chromium, as wide as told, in CSS pixels, and looks at it with axe. */
export function lookAt(page: string, width: number, dark: boolean): Looked {
	const folder = mkdtempSync(join(tmpdir(), 'vacate-page-'));
	try {
		const file = join(folder, 'page.html');
		// The page itself allows no script at all: that line goes, for this look only.
		const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>\n/, '');
		writeFileSync(
			file,
			open.replace('</body>', () => `<script>${axe}</script><script>${look}</script></body>`),
		);
		const dom = execFileSync(
			chromium,
			[
				'--headless',
				'--no-sandbox',
				'--disable-gpu',
				`--user-data-dir=${folder}/profile`,
				`--window-size=${width},900`,
				...(dark ? ['--blink-settings=preferredColorScheme=0'] : []),
				'--virtual-time-budget=20000',
				'--dump-dom',
				`file://${file}`,
			],
			{encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 26, timeout: 60_000},
		);
		const [, told] = /<pre id="looked">([^<]*)<\/pre>/.exec(dom) ?? [];
		if (told === undefined) throw new Error(`the browser told nothing of ${dom.length} characters`);
		return JSON.parse(Buffer.from(told, 'base64').toString('utf8'));
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}
