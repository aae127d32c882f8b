import {type Command, read} from '../../shell/command.ts';
import {systemUri} from '../virsh.ts';
import type {PortRange} from './qemu-conf.ts';

/** The way from one host to another: what a migration needs of it. */
export type PathProbe = {
	/** Is the destination's address one, or a name that the source can resolve? */
	readonly isKnown: boolean;
	readonly ports: readonly {readonly port: number; readonly answer: PortAnswer}[];
	/** The host UUIDs by libvirt: the source's own, and what it hears from the destination, or why it hears nothing. */
	readonly own: string;
	readonly there: {readonly uuid: string} | {readonly error: string} | undefined;
};

/** Does everything that was tried work? */
export function isPathGood({isKnown, ports, own, there}: PathProbe): boolean {
	const leadsElsewhere = there === undefined || ('uuid' in there && there.uuid !== own);
	return isKnown && leadsElsewhere && ports.every(({answer}) => answer === 'open');
}

/** `dropped`: no answer at all, as from a firewall that is silent; other words are the system's own. */
export type PortAnswer = 'open' | 'dropped' | 'refused' | (string & {});

/** What is tried: the ports alone, and libvirt where a URI is given. */
export type PathProbeRequest = {
	readonly address: string;
	/** The only address on which the destination listens. */
	readonly listen?: string;
	readonly uri?: string;
	readonly ports: readonly number[];
	/** Ports to try in all: after `ports` the first free ones of libvirt's range. */
	readonly count: number;
	readonly range: PortRange;
};

/** Nothing that listens for a trial outlives this. */
const listenSeconds = 15;
/** A SYN that is lost is sent again after one second. */
const answerSeconds = 3;
const libvirtSeconds = 20;

/** Where a port is not given, the ports that libvirt would take next: one for the memory, one for the disks. */
const listenScript = `
limit=$1 bind=$2 port=$3 last=$4 count=$5; shift 5
taken() { ss -Htln "sport = :$1" | grep -q .; }
while [ $# -lt "$count" ] && [ "$port" -le "$last" ]; do
	taken $port || set -- "$@" $port
	port=$((port + 1))
done
for port; do
	timeout --foreground "$limit" qemu-nbd --read-only --bind="$bind" --port="$port" --image-opts driver=null-co,size=512 >/dev/null 2>&1 &
done
tries=0
for port; do
	until taken $port || [ $tries -gt 60 ]; do tries=$((tries + 1)); sleep 0.05; done
	! taken $port || printf '%s ' "$port"
done
echo listening
wait
`;

/** Listens on the ports for a moment, in its own process group, with which it ends before its time; says on which when it does. */
export function listen(host: string, {listen: bind = '', ports, count, range}: PathProbeRequest): Command {
	const numbers = [range.min, range.max, count, ...ports].map(String);
	return read(host, ['sh', '-c', listenScript, 'sh', String(listenSeconds), bind, ...numbers]);
}

/** Undefined while it does not listen. */
export function parseListening(stdout: string): readonly number[] | undefined {
	const ports = /^((?:\d+ )*)listening$/m.exec(stdout)?.[1];
	return ports?.trim().split(' ').filter(Boolean).map(Number);
}

const tryScript = `
address=$1 uri=$2; shift 2
getent ahosts "$address" >/dev/null && echo known
for port; do (
	words=$(timeout ${answerSeconds} bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$address" "$port" 2>&1)
	echo "port $port $? $(echo "$words" | head -n 1)"
) & done
uuid() { sed -n 's|.*<uuid>\\(.*\\)</uuid>.*|\\1|p' | head -n 1; }
if [ -n "$uri" ]; then (
	answer=$(timeout ${libvirtSeconds} virsh --quiet --connect "$uri" capabilities 2>&1 </dev/null)
	code=$?
	case $code in
	0) echo "there $(echo "$answer" | uuid)" ;;
	124) echo "silent no answer within ${libvirtSeconds} s" ;;
	*) echo "silent $(echo "$answer" | tr '\\r\\n@' '   ')" ;;
	esac
) & fi
echo "own $(virsh --quiet --connect ${systemUri} capabilities | uuid)"
wait
`;

/** Tries the way from the source, as who will use it: ssh and virsh of the user that virsh runs as there. */
export function probePath(host: string, {address, uri = '', ports}: PathProbeRequest): Command {
	return read(host, ['sh', '-c', tryScript, 'sh', address, uri, ...ports.map(String)]);
}

export function parsePathProbe(stdout: string): PathProbe {
	const line = (word: string) => new RegExp(`^${word} (.*)$`, 'm').exec(stdout)?.[1]?.trim();
	const uuid = line('there');
	const error = line('silent');
	return {
		isKnown: /^known$/m.test(stdout),
		ports: [...stdout.matchAll(/^port (\d+) (\d+) (.*)$/gm)].map(([, port, code, words = '']) => ({
			port: Number(port),
			answer: answerOf(Number(code), words),
		})),
		own: line('own') ?? '',
		there: uuid !== undefined ? {uuid} : error !== undefined ? {error} : undefined,
	};
}

/** By timeout(1) and by bash, which names the program and the call first. */
function answerOf(code: number, words: string): PortAnswer {
	if (code === 0) return 'open';
	if (code === 124) return 'dropped';
	return /refused/i.test(words) ? 'refused' : words.replace(/^.*: /, '');
}
