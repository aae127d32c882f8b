import type {GuestMove, Rejected} from '../steps/step.ts';
import type {ActionName, Event, GuestRecap, HostCounts, KeptRecap, Recap} from './events.ts';

type Ended = Event & {readonly type: 'action-ended'};

const none: HostCounts = {
	ok: 0,
	changed: 0,
	skipped: 0,
	failed: 0,
	unreachable: 0,
	undone: 0,
	stuck: 0,
	rescued: 0,
	ignored: 0,
};

/** Collects the results of a run from its events. */
export class RecapBook {
	readonly #hosts = new Map<string, Record<keyof HostCounts, number>>();
	readonly #guests = new Map<string, GuestRecap>();
	/** Kept copies by host and guest. */
	readonly #kept = new Map<string, KeptRecap>();
	#moves = 0;
	#undoneMoves = 0;
	/** Actions that failed and were rolled back, or were undone. */
	readonly #rolledBack = new Set<string>();
	readonly #tried = new Map<string, readonly Rejected[]>();

	on(event: Event): void {
		switch (event.type) {
			case 'play-started':
				for (const host of event.hosts) this.#host(host);
				return;
			case 'action-ended':
				this.#host(event.action.host)[countOf(event)] += 1;
				this.#guest(event);
				this.#count(event);
				this.#makeGood(event);
				return;
			case 'guest-placed-again':
				this.#tried.set(event.guest, event.tried);
				return;
			case 'guest-left':
				this.#guests.set(event.guest, {
					guest: event.guest,
					from: event.host,
					outcome: 'left',
					where: event.host,
				});
				return;
		}
	}

	close(run: string, exitCode: number, durationMs: number, irreversible: readonly string[]): Recap {
		const hosts = Object.fromEntries(this.#hosts);
		const kept = this.#keptByHost();
		return {
			run,
			exitCode,
			durationMs,
			hosts,
			guests: [...this.#guests.values()],
			moves: this.#moves,
			undoneMoves: this.#undoneMoves,
			irreversible,
			...(kept.length === 0 ? {} : {kept}),
		};
	}

	/** Whether anything that had started failed or was undone, as opposed to guests that stay. */
	get hasRolledBack(): boolean {
		return this.#rolledBack.size > 0;
	}

	#count({outcome, action, move, failure, ignored, rescued}: Ended): void {
		const hasMoved = move !== undefined && move.from !== move.to;
		if (hasMoved && (outcome === 'changed' || outcome === 'ok')) this.#moves += 1;
		if (outcome === 'undone' && (move ?? action.guest) !== undefined) this.#undoneMoves += 1;
		const isFailure = outcome === 'failed' || outcome === 'unreachable';
		const isHandled = ignored === true || rescued === true;
		const onlyStays = failure?.code === 'prerequisite' && this.#isOfGuests(action);
		if (outcome === 'undone' || (isFailure && !isHandled && !onlyStays)) this.#rolledBack.add(action.id);
	}

	/** A guest that has moved to another destination: the failures before are no failures of the run. */
	#makeGood({action: {insteadOf, host, guest = ''}, outcome}: Ended): void {
		if (insteadOf === undefined || outcome !== 'changed') return;
		for (const id of this.#rolledBack) {
			if (id === insteadOf || id.startsWith(`${insteadOf}>`)) this.#rolledBack.delete(id);
		}
		const counts = this.#host(host);
		const failures = this.#tried.get(guest)?.length ?? 0;
		const failed = Math.min(counts.failed, failures);
		counts.failed -= failed;
		counts.unreachable -= Math.min(counts.unreachable, failures - failed);
		counts.rescued += failures;
	}

	/** Whether the failure is about a guest that cannot move, as opposed to an error in the playbook. */
	#isOfGuests({guest, host}: ActionName): boolean {
		return (
			guest !== undefined || [...this.#guests.values()].some(({outcome, from}) => outcome === 'left' && from === host)
		);
	}

	#host(host: string): Record<keyof HostCounts, number> {
		const counts = this.#hosts.get(host) ?? {...none};
		this.#hosts.set(host, counts);
		return counts;
	}

	/** When a guest moves back to a host, its former kept copy there no longer exists. */
	#keep(move: GuestMove): void {
		this.#kept.delete(keyOf(move.to, move));
		const {from: host, kept = []} = move;
		if (kept.length === 0) return;
		const bytes = kept.reduce((sum, {bytes: own = 0}) => sum + own, 0);
		this.#kept.set(keyOf(host, move), {host, copies: kept.length, bytes});
	}

	#keptByHost(): readonly KeptRecap[] {
		const hosts = new Map<string, KeptRecap>();
		for (const {host, copies, bytes} of this.#kept.values()) {
			const known = hosts.get(host) ?? {host, copies: 0, bytes: 0};
			hosts.set(host, {host, copies: known.copies + copies, bytes: known.bytes + bytes});
		}
		return [...hosts.values()];
	}

	#guest({action, outcome, move, failure, durationMs}: Ended): void {
		if (move === undefined) {
			// Rejected before it started: the guest has not moved.
			if (action.guest === undefined || outcome === 'skipped') return;
			const {guest, host} = action;
			this.#guests.set(guest, {guest, from: host, outcome, where: failure?.where ?? host});
			return;
		}
		const tried = this.#tried.get(move.guest);
		const moved = outcome === 'changed' || outcome === 'ok';
		if (moved) this.#keep(move);
		if (outcome === 'undone') this.#kept.delete(keyOf(move.from, move));
		this.#guests.set(move.guest, {
			guest: move.guest,
			uuid: move.uuid,
			from: move.from,
			to: move.to,
			outcome,
			where: moved ? move.to : (failure?.where ?? action.host),
			...(tried === undefined ? {} : {tried}),
			seconds: durationMs / 1000,
			...(move.bytes === undefined ? {} : {bytes: move.bytes}),
			...(move.downtimeMs === undefined ? {} : {downtimeMs: move.downtimeMs}),
		});
	}
}

function keyOf(host: string, {uuid}: GuestMove): string {
	return `${host} ${uuid}`;
}

function countOf({outcome, ignored, rescued}: Ended): keyof HostCounts {
	if (outcome !== 'failed' && outcome !== 'unreachable') return outcome;
	if (ignored === true) return 'ignored';
	return rescued === true ? 'rescued' : outcome;
}
