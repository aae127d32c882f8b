import type {Shell} from '../shell/shell.ts';
import {
	type CensusAnswer,
	censusCommand,
	censusWords,
	censusWordsFor,
	type DomainStatus,
	parseCensusFor,
	parseDomains,
} from '../virsh/domains.ts';
import {askAll, unreadable} from './ask.ts';

/** Guests come and go while a host is asked. */
const attempts = 3;

/**
 * All domains of a host. Where answers of virsh contradict each other, each domain is asked by its UUID, and all once more.
 *
 * @throws CommandError that names the domains of which virsh still contradicts itself, and as `demand`.
 */
export async function readCensus(shell: Shell, host: string): Promise<readonly DomainStatus[]> {
	let {entries, doubts} = await readAtOnce(shell, host);
	for (let left = attempts; left > 0 && doubts.length > 0; left--) {
		({entries, doubts} = await readOneByOne(shell, host));
	}
	if (doubts.length === 0) return entries;
	const {argv} = censusCommand(host);
	throw unreadable({host, argv}, {stdout: '', stderr: ''}, `the answers contradict each other: ${doubts.join('; ')}`);
}

async function readAtOnce(shell: Shell, host: string): Promise<CensusAnswer> {
	const {texts, stderr} = await askAll(shell, host, censusWords);
	return unlessSilent(parseDomains(texts), stderr);
}

async function readOneByOne(shell: Shell, host: string): Promise<CensusAnswer> {
	const first = await askAll(shell, host, [['list', '--all', '--uuid']]);
	const uuids = (first.texts[0] ?? '').split('\n').filter(line => line !== '');
	const {texts, stderr} = await askAll(shell, host, censusWordsFor(uuids));
	const answer = parseCensusFor(uuids, texts);
	return uuids.length === 0 ? unlessSilent(answer, `${first.stderr}${stderr}`) : answer;
}

/** A host without domains prints nothing, and so does a subcommand that fails: what it says of it tells them apart. */
function unlessSilent(answer: CensusAnswer, stderr: string): CensusAnswer {
	const failure = stderr.trim();
	if (failure === '' || answer.entries.length + answer.doubts.length > 0) return answer;
	return {entries: [], doubts: [`virsh list printed no domain, and: ${failure.replaceAll('\n', '; ')}`]};
}
