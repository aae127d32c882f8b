import {claim, dropIdentified, dropMarked} from '../../src/files/claim.ts';
import type {Command} from '../../src/shell/command.ts';

/** Our own scripts, by what is to be done in them. */
const scripts: ReadonlyMap<string | undefined, string> = new Map([
	[claim('', '', '').argv[2], 'claim'],
	[claim('', '', '', {mode: '', owner: ''}).argv[2], 'claim'],
	[dropMarked('', '', '').argv[2], 'drop marked'],
	[dropIdentified('', '', '').argv[2], 'drop identified'],
]);

/** What a command is called among the acts of a run: `shell virsh migrate`, `shell claim`. */
export function actOf({argv}: Command): string {
	const [program, first = '', second] = argv;
	if (program === 'virsh') return `shell virsh ${/^[a-z-]+/.exec(argv.at(virshWord) ?? '')?.[0]}`;
	if (program === 'sh') return `shell ${scripts.get(second) ?? 'script'}`;
	if (program === 'qemu-img') return `shell qemu-img ${first}`;
	return `shell ${program}`;
}

/** `virsh --quiet --connect URI SUBCOMMAND …` */
const virshWord = 4;
