import {claim, createMark, dropIdentified, dropMarked, type Like, releaseMark} from '../../files/claim.ts';
import {type PathFact, parseStat} from '../../files/stat.ts';
import {create, type NewImage} from '../../qemu-img/create.ts';
import type {Command} from '../../shell/command.ts';
import type {CreatedFile, StepContext} from '../step.ts';

/** An image to create at a path, and its mark: see `files/claim.ts`. */
export type PlacedImage = {
	readonly path: string;
	readonly marked: string;
	readonly image: NewImage;
	/** Owner and mode of the image. Default: as created by qemu-img. */
	readonly like?: Like;
};

/** An image created by the run, with its identity. */
export type MadeImage = {readonly path: string; readonly identity: string};

/** The commands that create the images at the destination. */
export function makeCommands(host: string, images: readonly PlacedImage[]): readonly Command[] {
	return images.flatMap(({image, marked, path, like}) => [
		createMark(host, marked),
		create(host, image),
		claim(host, marked, path, like),
	]);
}

/** Creates the images and returns their identities. */
export async function makeImages(
	host: string,
	images: readonly PlacedImage[],
	context: StepContext,
): Promise<readonly MadeImage[]> {
	const made: MadeImage[] = [];
	for (const {path, marked, image, like} of images) {
		await context.run(createMark(host, marked));
		await context.run(create(host, image));
		const {stdout} = await context.run(claim(host, marked, path, like));
		made.push({path, identity: identityOf(parseStat(0, stdout, '') ?? {type: 'absent'})});
	}
	return made;
}

/** The identities of the images. */
export async function identify(
	host: string,
	images: readonly Pick<PlacedImage, 'path'>[],
	context: StepContext,
): Promise<readonly MadeImage[]> {
	const facts = await context.facts(images.map(({path}) => ({kind: 'path', host, path})));
	return images.map(({path}) => ({path, identity: identityOf(facts.of({kind: 'path', host, path}))}));
}

/** Removes only images created by this action, identified by their marks, and by their identities if known. */
export async function removeImages(
	host: string,
	images: readonly PlacedImage[],
	made: readonly MadeImage[],
	context: StepContext,
): Promise<void> {
	for (const {marked, path} of images) await context.run(dropMarked(host, marked, path));
	for (const {identity, path} of made) await context.run(dropIdentified(host, identity, path));
}

/** All names of the images. */
export function tracesOf(host: string, images: readonly PlacedImage[]): readonly CreatedFile[] {
	return images.flatMap(({path, marked}) => [
		{host, path},
		{host, path: marked},
	]);
}

/** The commands that remove the marks. */
export function releaseCommands(host: string, images: readonly PlacedImage[]): readonly Command[] {
	return images.map(({marked}) => releaseMark(host, marked));
}

/** The identity of the file at a path; empty if there is none. */
export function identityOf(fact: PathFact): string {
	return fact.type === 'absent' ? '' : fact.identity;
}
