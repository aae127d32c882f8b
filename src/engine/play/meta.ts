import {hostScope} from '../../plan/variables.ts';
import type {Meta} from '../../playbook/model.ts';
import {allHold} from '../conditions.ts';
import type {Cohort} from './cohort.ts';
import {activeHosts, failedHosts, type PlayRun, setHostState} from './play-state.ts';
import {refuseNode} from './refuse.ts';

/**
 * Executes a `meta` task. Returns the hosts whose handlers are to run now.
 *
 * As in Ansible, `end_host` and `flush_handlers` evaluate their condition for each host, the others only for the first.
 */
export function doMeta(node: Meta, {hosts}: Cohort, run: PlayRun): readonly string[] {
	const asked = node.action === 'end_host' || node.action === 'flush_handlers' ? hosts : hosts.slice(0, 1);
	const chosen = asked.filter(host => applies(node, host, run));
	if (chosen.length === 0) return [];
	switch (node.action) {
		case 'noop':
			return [];
		case 'flush_handlers':
			return chosen;
		case 'end_host':
			setHostState(chosen, 'ended', run);
			return [];
		case 'end_play':
			run.verdict.over = true;
			setHostState(activeHosts(run.batch, run), 'ended', run);
			return [];
		case 'end_batch':
			setHostState(activeHosts(run.batch, run), 'ended', run);
			return [];
		case 'clear_host_errors':
			for (const host of run.hosts) run.state.out.delete(host);
			setHostState(failedHosts(run.hosts, run), 'ended', run);
			return [];
	}
}

function applies(node: Meta, host: string, run: PlayRun): boolean {
	try {
		return allHold(node.when, hostScope(run.setting, host, node));
	} catch (error) {
		refuseNode(node, host, error, run);
		return false;
	}
}
