#!/bin/sh
# The same by hand as fast as it goes: ten guests at once, one ssh connection a host, one command a guest and host.
set -eu
control=$(mktemp -d)
ssh="ssh -i $KEY -o UserKnownHostsFile=$KNOWN_HOSTS -o IdentitiesOnly=yes -o ControlMaster=auto -o ControlPath=$control/%h -o ControlPersist=60"
$ssh "root@$SOURCE" true & $ssh "root@$DESTINATION" true & wait
move() {
	guest=$1
	set -- $($ssh "root@$SOURCE" "path=\$(virsh domblklist $guest --details | awk '\$2 == \"disk\" {print \$4}'); \
		echo \$path; qemu-img info -U --output=json \$path | sed -n 's/.*\"virtual-size\": \\([0-9]*\\).*/\\1/p' | tail -n 1")
	$ssh "root@$DESTINATION" "test ! -e $1 && qemu-img create -q -f qcow2 $1 $2"
	$ssh "root@$SOURCE" "virsh migrate --live --p2p --persistent --undefinesource --copy-storage-all --migrate-disks vda \
		--domain $guest --desturi 'qemu+ssh://root@$DESTINATION/system?no_tty=1' --migrateuri tcp://$DESTINATION" >/dev/null
	$ssh "root@$DESTINATION" "virsh list --name" | grep -qx "$guest"
}
jobs=
for guest in $($ssh "root@$SOURCE" virsh list --name); do
	move "$guest" &
	jobs="$jobs $!"
done
for job in $jobs; do wait "$job"; done
for host in "$SOURCE" "$DESTINATION"; do $ssh -O exit "root@$host" 2>/dev/null; done
rm -rf "$control"
