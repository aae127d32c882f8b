import type {Shell} from '../shell/shell.ts';
import {
	type DomainListAnswer,
	type DomainStatus,
	domainListArgs,
	domainListArgsFor,
	listDomains,
	parseDomains,
	parseDomainsFor,
} from '../virsh/domains.ts';
import {askAll, unreadable} from './ask.ts';

/** Retries, since guests may appear and disappear while a host is queried. */
const attempts = 3;

/**
 * All domains of a host. If outputs of virsh are contradictory, each domain is queried by UUID, and all are listed again.
 *
 * @throws CommandError that names the domains with contradictory output, and as `demand`.
 */
export async function readDomains(shell: Shell, host: string): Promise<readonly DomainStatus[]> {
	let {entries, doubts} = await readAtOnce(shell, host);
	for (let left = attempts; left > 0 && doubts.length > 0; left--) {
		({entries, doubts} = await readOneByOne(shell, host));
	}
	if (doubts.length === 0) return entries;
	const {argv} = listDomains(host);
	throw unreadable({host, argv}, {stdout: '', stderr: ''}, `the outputs are contradictory: ${doubts.join('; ')}`);
}

async function readAtOnce(shell: Shell, host: string): Promise<DomainListAnswer> {
	const {texts, stderr} = await askAll(shell, host, domainListArgs);
	return unlessSilent(parseDomains(texts), stderr);
}

async function readOneByOne(shell: Shell, host: string): Promise<DomainListAnswer> {
	const first = await askAll(shell, host, [['list', '--all', '--uuid']]);
	const uuids = (first.texts[0] ?? '').split('\n').filter(line => line !== '');
	const {texts, stderr} = await askAll(shell, host, domainListArgsFor(uuids));
	const answer = parseDomainsFor(uuids, texts);
	return uuids.length === 0 ? unlessSilent(answer, `${first.stderr}${stderr}`) : answer;
}

/** virsh prints nothing for a host without domains and for a failed subcommand; the error output distinguishes them. */
function unlessSilent(answer: DomainListAnswer, stderr: string): DomainListAnswer {
	const failure = stderr.trim();
	if (failure === '' || answer.entries.length + answer.doubts.length > 0) return answer;
	return {entries: [], doubts: [`virsh list printed no domain: ${failure.replaceAll('\n', '; ')}`]};
}
