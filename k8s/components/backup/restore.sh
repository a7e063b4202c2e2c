#!/bin/sh
# Makes a snapshot the data of a Redis node that does not run: restore.sh SNAPSHOT [DATA_DIR]
# It becomes the base of the append-only file, since Redis with appendonly reads no dump.rdb. The node forgets what its
# Sentinel knew, so its next start is a first start, as master if it is node 0.
set -eu
umask 077
snapshot=${1:?the snapshot to restore}
data=${2:-/data}

redis-check-rdb "$snapshot" >/dev/null
rm -rf "$data/sentinel" "$data/appendonlydir"
mkdir -p "$data/appendonlydir"
cp "$snapshot" "$data/appendonlydir/appendonly.aof.1.base.rdb"
echo 'file appendonly.aof.1.base.rdb seq 1 type b' >"$data/appendonlydir/appendonly.aof.manifest"
echo "restored $snapshot"
