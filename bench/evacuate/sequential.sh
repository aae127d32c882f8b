#!/bin/sh
# The loop that people run at night: one guest after the other. KEY, KNOWN_HOSTS, SOURCE, DESTINATION are given.
set -eu
ssh="ssh -i $KEY -o UserKnownHostsFile=$KNOWN_HOSTS -o IdentitiesOnly=yes"
for guest in $($ssh "root@$SOURCE" virsh list --name); do
	path=$($ssh "root@$SOURCE" "virsh domblklist $guest --details" | awk '$2 == "disk" {print $4}')
	size=$($ssh "root@$SOURCE" "qemu-img info -U --output=json $path" | sed -n 's/.*"virtual-size": \([0-9]*\).*/\1/p' | tail -n 1)
	$ssh "root@$DESTINATION" "test ! -e $path && qemu-img create -q -f qcow2 $path $size"
	$ssh "root@$SOURCE" "virsh migrate --live --p2p --persistent --undefinesource --copy-storage-all --migrate-disks vda \
		--domain $guest --desturi 'qemu+ssh://root@$DESTINATION/system?no_tty=1' --migrateuri tcp://$DESTINATION" >/dev/null
	$ssh "root@$DESTINATION" "virsh list --name" | grep -qx "$guest"
done
