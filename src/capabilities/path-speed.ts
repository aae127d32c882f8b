import {type Command, read} from '../shell/command.ts';

/** The speed of a path, and whether full-size packets pass. */
export type PathSpeed = {
	readonly bytesPerSecond: number;
	/** Of the card by which the source reaches the destination. */
	readonly mtu: number;
	/** Left out where the source has no ping. */
	readonly passes?: boolean;
};

/** Nothing that listens for a measurement outlives this. */
const listenSeconds = 30;

const port = 49152;
const lastPort = 49215;

const listenScript = `
limit=$1 bind=$2 port=$3 last=$4
taken() { ss -Htln "sport = :$1" | grep -q .; }
while [ $port -le $last ] && taken $port; do port=$((port + 1)); done
timeout --foreground "$limit" qemu-nbd --persistent --bind="$bind" --port="$port" --image-opts driver=null-co,size=1G >/dev/null 2>&1 &
tries=0
until taken $port || [ $tries -gt 60 ]; do tries=$((tries + 1)); sleep 0.05; done
! taken $port || printf '%s ' "$port"
echo listening
wait
`;

/** Receives and discards data for a short time. Prints its port like `listen` of `src/virsh/migration/path-probe.ts`. */
export function listenForData(host: string, address: string): Command {
	const bind = address.includes(':') ? '::' : '0.0.0.0';
	return read(host, ['sh', '-c', listenScript, 'sh', String(listenSeconds), bind, String(port), String(lastPort)]);
}

/** Sends little data first, since more would take minutes on a slow path. */
const measureScript = `
address=$1 uri=$2
device=$(ip route get "$address" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p' | head -n 1)
mtu=$(cat "/sys/class/net/$device/mtu")
echo "mtu $mtu"
if command -v ping >/dev/null; then
	case $address in *:*) header=48 ;; *) header=28 ;; esac
	ping -M do -c 2 -i 0.2 -W 2 -q -s $((mtu - header)) "$address" >/dev/null 2>&1; echo "ping $?"
fi
send() { timeout 20 qemu-img bench --image-opts -w -c "$1" -d 8 -s 1M "driver=raw,file.driver=nbd,file.server.type=inet,file.server.host=$address,file.server.port=$uri" | sed -n "s/^Run completed in \\([0-9.]*\\) seconds.*/sent $1 \\1/p"; }
first=$(send 8)
echo "$first"
case \${first##* } in 0.[0-4]*) send 256 ;; esac
`;

/** Sends data to a port that takes it in, from the source. */
export function measurePath(host: string, address: string, to: number): Command {
	return read(host, ['sh', '-c', measureScript, 'sh', address, String(to)]);
}

/** Undefined when no data went through. */
export function parsePathSpeed(stdout: string): PathSpeed | undefined {
	const sent = [...stdout.matchAll(/^sent (\d+) ([\d.]+)$/gm)].at(-1);
	const mtu = /^mtu (\d+)$/m.exec(stdout)?.[1];
	const ping = /^ping (\d+)$/m.exec(stdout)?.[1];
	if (sent === undefined || mtu === undefined) return undefined;
	return {
		bytesPerSecond: Math.round((Number(sent[1]) * 1024 ** 2) / Math.max(Number(sent[2]), 0.001)),
		mtu: Number(mtu),
		...(ping === undefined ? {} : {passes: ping === '0'}),
	};
}
