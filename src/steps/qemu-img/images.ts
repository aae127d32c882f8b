import {claim, dropIdentified, dropMarked, type Like, releaseMark} from '../../files/claim.ts';
import {type PathFact, parseStat} from '../../files/stat.ts';
import {create, type NewImage} from '../../qemu-img/create.ts';
import type {Command} from '../../shell/command.ts';
import type {CreatedFile, StepContext} from '../step.ts';

/** An image that shall stand at a path, and the name of our own under which it is made: see `files/claim.ts`. */
export type PlacedImage = {
	readonly path: string;
	readonly marked: string;
	readonly image: NewImage;
	/** Whose it shall be, and who may use it. As qemu-img makes it when left out. */
	readonly like?: Like;
};

/** An image that the run has made, by the identity that the host gave it. */
export type MadeImage = {readonly path: string; readonly identity: string};

/** The commands that make the images on the destination. */
export function makeCommands(host: string, images: readonly PlacedImage[]): readonly Command[] {
	return images.flatMap(({image, marked, path, like}) => [create(host, image), claim(host, marked, path, like)]);
}

/** Makes the images, and says which files they are. */
export async function makeImages(
	host: string,
	images: readonly PlacedImage[],
	context: StepContext,
): Promise<readonly MadeImage[]> {
	const made: MadeImage[] = [];
	for (const {path, marked, image, like} of images) {
		await context.run(create(host, image));
		const {stdout} = await context.run(claim(host, marked, path, like));
		made.push({path, identity: identityOf(parseStat(0, stdout, '') ?? {type: 'absent'})});
	}
	return made;
}

/** Which files stand where the images were put. */
export async function identify(
	host: string,
	images: readonly Pick<PlacedImage, 'path'>[],
	context: StepContext,
): Promise<readonly MadeImage[]> {
	const facts = await context.facts(images.map(({path}) => ({kind: 'path', host, path})));
	return images.map(({path}) => ({path, identity: identityOf(facts.of({kind: 'path', host, path}))}));
}

/** Removes the images that this action made, and nothing else: by their marks, and by their identities where known. */
export async function removeImages(
	host: string,
	images: readonly PlacedImage[],
	made: readonly MadeImage[],
	context: StepContext,
): Promise<void> {
	for (const {marked, path} of images) await context.run(dropMarked(host, marked, path));
	for (const {identity, path} of made) await context.run(dropIdentified(host, identity, path));
}

/** All names under which the images may stand. */
export function tracesOf(host: string, images: readonly PlacedImage[]): readonly CreatedFile[] {
	return images.flatMap(({path, marked}) => [
		{host, path},
		{host, path: marked},
	]);
}

/** The commands that end the time in which the images are known by their marks. */
export function releaseCommands(host: string, images: readonly PlacedImage[]): readonly Command[] {
	return images.map(({marked}) => releaseMark(host, marked));
}

/** Names the file at a path for good; empty where there is none. */
export function identityOf(fact: PathFact): string {
	return fact.type === 'absent' ? '' : fact.identity;
}
