import type {AnyAuthMethod, AuthHandlerMiddleware, KeyboardInteractiveCallback, Prompt} from 'ssh2';
import {Agent} from './agent.ts';
import type {KeyFile, Keys} from './keys.ts';
import {OpenSshNeeded} from './openssh-needed.ts';
import type {Route} from './route.ts';

/** The credentials for a login, in the order in which they are tried. */
export type Identity = {
	readonly files: readonly KeyFile[];
	/** For ssh2: supplies one authentication method after the other. */
	readonly handler: AuthHandlerMiddleware;
	/** Descriptions of what was tried, for the error message. */
	readonly tried: readonly string[];
	/** The methods in the server's latest answer. */
	allowed(): readonly string[];
};

/** @throws OpenSshNeeded for certificates, and for security keys if there is no other key. */
export async function identityOf(route: Route, keys: Keys): Promise<Identity> {
	const files = await Promise.all(route.identityFiles.map(file => keys.read(file)));
	const usable = files.filter(({kind}) => kind === 'plain' || kind === 'locked');
	const foreign = files.find(file => file.kind === 'foreign');
	if (route.certificateFiles.length > 0) throw new OpenSshNeeded(`CertificateFile ${route.certificateFiles[0]}`);
	if (foreign !== undefined && (usable.length === 0 || foreign.reason.endsWith('certificate'))) {
		throw new OpenSshNeeded(foreign.reason);
	}
	const tried: string[] = [];
	const methods = offers(route, keys, files, tried);
	let named: readonly string[] = [];
	return {
		files,
		tried,
		allowed: () => named,
		handler: (allowed, _partial, give) => {
			named = allowed ?? named;
			void next(methods, allowed, give);
		},
	};
}

/** Supplies the next method that the server allows. */
async function next(
	methods: AsyncGenerator<AnyAuthMethod>,
	allowed: readonly string[] | null,
	give: (method: AnyAuthMethod) => void,
): Promise<void> {
	for (;;) {
		const {value, done} = await methods.next();
		// ssh2 expects false at the end, which its types omit.
		if (done) return give(false as never);
		const name = value.type === 'agent' ? 'publickey' : value.type;
		if (allowed === null || allowed.includes(name)) return give(value);
	}
}

/** Unencrypted keys, the agent, encrypted keys, a password: methods that prompt the user come last. */
async function* offers(
	route: Route,
	keys: Keys,
	files: readonly KeyFile[],
	tried: string[],
): AsyncGenerator<AnyAuthMethod> {
	const {user: username, agent, identitiesOnly, password} = route;
	for (const file of files) {
		if (file.kind === 'refused' && files.length === 1) tried.push(`${file.file} (${file.reason})`);
		if (file.kind !== 'plain') continue;
		tried.push(file.file);
		yield {type: 'publickey', username, key: file.key};
	}
	if (agent !== undefined) {
		tried.push('the agent');
		yield {type: 'agent', username, agent: new Agent(agent, publicKeys(files), identitiesOnly)};
	}
	for (const file of files) {
		if (file.kind !== 'locked') continue;
		const key = await keys.unlock(file.file);
		tried.push(key === undefined ? `${file.file} (encrypted, no passphrase given)` : file.file);
		if (key !== undefined) yield {type: 'publickey', username, key};
	}
	if (password === undefined) return;
	tried.push('a password');
	yield {type: 'password', username, password: password.reveal()};
	yield {type: 'keyboard-interactive', username, prompt: answering(password.reveal())};
}

function publicKeys(files: readonly KeyFile[]) {
	return files.flatMap(file => {
		if (file.kind === 'plain') return [file.key];
		return file.kind === 'locked' && file.publicKey !== undefined ? [file.publicKey] : [];
	});
}

/** Answers a prompt without echo, once; a second prompt means that the password was wrong. */
function answering(password: string) {
	let left = 1;
	return (_name: string, _text: string, _lang: string, prompts: Prompt[], finish: KeyboardInteractiveCallback) => {
		finish(prompts.map(({echo}) => (echo !== true && left-- > 0 ? password : '')));
	};
}
