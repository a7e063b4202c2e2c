#!/bin/sh
# Entry point of the redis container: decides the role, writes the configuration for it, becomes Redis.
set -eu
umask 077
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
: "${CONFIG_DIR:=/etc/switchboard/config}"

mkdir -p "$RUN_DIR" "$DATA_DIR/sentinel"
find_nodes
role=$(sh "$SCRIPTS_DIR/decide-role.sh")

case $role in
  master) master_address=$MY_ADDRESS ;;
  *) master_address=${role#replica } ;;
esac

sh "$SCRIPTS_DIR/write-users.sh" redis
sh "$SCRIPTS_DIR/create-sentinel-conf.sh" "$MY_ADDRESS" "$master_address"

# Sentinel changes this file at a failover; the next start decides anew.
{
  cat "$CONFIG_DIR/redis.conf" "$CONFIG_DIR/durability.conf"
  echo "port $REDIS_PORT"
  echo "dir $DATA_DIR"
  echo "aclfile $RUN_DIR/users.acl"
  echo "replica-announce-ip $MY_ADDRESS"
  echo "replica-announce-port $REDIS_PORT"
  echo 'masteruser replica'
  echo "masterauth $(password_of replica)"
  [ -z "${BIND_ADDRESS:-}" ] || echo "bind $BIND_ADDRESS"
  [ "$role" = master ] || echo "replicaof $master_address $REDIS_PORT"
} >"$RUN_DIR/redis.conf"

exec redis-server "$RUN_DIR/redis.conf"
