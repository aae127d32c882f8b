import type {GuestRecap} from '../engine/events.ts';

/** Text styles by meaning. The words carry the meaning too: no information is in the colour alone. */
export type Palette = Readonly<
	Record<'strong' | 'dim' | 'accent' | 'good' | 'notice' | 'bad', (text: string) => string>
>;

const plain = (text: string) => text;

export const noColours: Palette = {strong: plain, dim: plain, accent: plain, good: plain, notice: plain, bad: plain};

/** The sixteen standard colours, which the theme of the terminal defines. */
export const colours: Palette = {
	strong: styled(1, 22),
	dim: styled(2, 22),
	accent: styled(36, 39),
	good: styled(32, 39),
	notice: styled(33, 39),
	bad: styled(31, 39),
};

/** The style of each outcome. */
export const outcomeStyles: Readonly<Record<GuestRecap['outcome'], keyof Palette>> = {
	ok: 'good',
	changed: 'good',
	skipped: 'dim',
	failed: 'bad',
	unreachable: 'bad',
	stuck: 'bad',
	undone: 'notice',
	left: 'notice',
};

/** ECMA-48 SGR: the code that begins a style and the one that ends it. */
function styled(begin: number, end: number): (text: string) => string {
	return text => (text === '' ? '' : `\u001B[${begin}m${text}\u001B[${end}m`);
}
