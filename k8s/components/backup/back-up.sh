#!/bin/sh
# Takes a snapshot of Redis from a replica into BACKUP_DIR, checks it and keeps the newest KEEP of them.
# The master is never asked: a snapshot doubles its memory for a while.
set -eu
umask 077
: "${NODES:?names or addresses of the Redis nodes}" "${BACKUP_DIR:=/backup}" "${KEEP:=14}" "${REDIS_PORT:=6379}"
: "${PASSWORD_FILE:=/etc/switchboard/redis/password}"
REDISCLI_AUTH=$(head -n 1 "$PASSWORD_FILE")
export REDISCLI_AUTH

redis_at() {
  at=$1
  shift
  redis-cli --no-auth-warning --user backup -h "$at" -p "$REDIS_PORT" "$@"
}

# A replica in step with its master.
in_step() {
  timeout 5 redis-cli --no-auth-warning --user backup -h "$1" -p "$REDIS_PORT" INFO replication 2>/dev/null |
    tr -d '\r' | awk -F: '
      { value[$1] = $2 }
      END { exit !(value["role"] == "slave" && value["master_link_status"] == "up" && value["master_sync_in_progress"] == "0") }'
}

for node in $NODES; do
  in_step "$node" || continue
  name=$BACKUP_DIR/switchboard-$(date -u +%Y%m%dT%H%M%SZ).rdb
  redis_at "$node" --rdb "$name.part" >/dev/null
  checked=$(redis-check-rdb "$name.part")
  keys=$(echo "$checked" | sed -n 's/.*\] \([0-9]*\) keys read.*/\1/p')
  mv "$name.part" "$name"
  echo "took $name from $node: $keys keys, $(wc -c <"$name") bytes"
  find "$BACKUP_DIR" -name 'switchboard-*.rdb' | sort -r | tail -n "+$((KEEP + 1))" | while read -r old; do rm -f "$old"; done
  exit 0
done
echo "no replica is in step with its master: no backup taken" >&2
exit 1
