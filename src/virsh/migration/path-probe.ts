import {type Command, read} from '../../shell/command.ts';
import {systemUri} from '../virsh.ts';
import type {PortRange} from './qemu-conf.ts';

/** The path between two hosts, as required by a migration. */
export type PathProbe = {
	/** Whether the source can resolve the address of the destination. */
	readonly isKnown: boolean;
	readonly ports: readonly {readonly port: number; readonly answer: PortAnswer}[];
	/** The host UUIDs according to libvirt: that of the source, and that read from the destination, or the error. */
	readonly own: string;
	readonly there: {readonly uuid: string} | {readonly error: string} | undefined;
};

/** Whether all probes were successful. */
export function isPathGood({isKnown, ports, own, there}: PathProbe): boolean {
	const leadsElsewhere = there === undefined || ('uuid' in there && there.uuid !== own);
	return isKnown && leadsElsewhere && ports.every(({answer}) => answer === 'open');
}

/** `dropped`: no response, as from a firewall that drops packets; other values are system errors. */
export type PortAnswer = 'open' | 'dropped' | 'refused' | (string & {});

/** What to probe: ports, and libvirt if a URI is given. */
export type PathProbeRequest = {
	readonly address: string;
	/** The listen address of the destination. */
	readonly listen?: string;
	readonly uri?: string;
	readonly ports: readonly number[];
	/** Total number of ports to probe: `ports`, then the first free ones of libvirt's range. */
	readonly count: number;
	readonly range: PortRange;
};

/** Maximum lifetime of a temporary server. */
const listenSeconds = 15;
/** A lost SYN is sent again after one second. */
const answerSeconds = 3;
const libvirtSeconds = 20;

/** Unless ports are given, the next ports that libvirt would use: one for the memory, one for the disks. */
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

/**
 * Listens temporarily on the ports, in its own process group, so that it can be stopped early; prints the ports when
 * ready.
 */
export function listen(host: string, {listen: bind = '', ports, count, range}: PathProbeRequest): Command {
	const numbers = [range.min, range.max, count, ...ports].map(String);
	return read(host, ['sh', '-c', listenScript, 'sh', String(listenSeconds), bind, ...numbers]);
}

/** Undefined until it listens. */
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

/** Probes the path from the source, as the user that runs virsh and its ssh there. */
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

/** The result of timeout(1), or the error of bash without program and call. */
function answerOf(code: number, words: string): PortAnswer {
	if (code === 0) return 'open';
	if (code === 124) return 'dropped';
	return /refused/i.test(words) ? 'refused' : words.replace(/^.*: /, '');
}
