# shellcheck shell=sh
# Questions to Redis and Sentinel. Sourced by the other scripts. Every question ends after two seconds, whatever the
# other side does; no answer prints nothing.
#
# NODES            names or addresses of all Redis nodes, in the order of their ordinals
# ORDINAL          which of them this one is; by default the number at the end of the host name
# BIND_ADDRESS     where to listen; everywhere when empty
# SECRETS_DIR      one file per user with its password in the first line

: "${REDIS_PORT:=6379}" "${SENTINEL_PORT:=26379}" "${MASTER_NAME:=mymaster}"
: "${SECRETS_DIR:=/etc/switchboard/users}" "${DATA_DIR:=/data}" "${RUN_DIR:=/run/redis}" "${LOCAL_ADDRESS:=127.0.0.1}"
if [ -z "${ORDINAL:-}" ]; then
  host=$(hostname)
  ORDINAL=${host##*-}
fi

say() {
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) redis-$ORDINAL: $*" >&2
}

# The password in use. Further lines of the file are accepted by the servers too, while a password is being replaced.
password_of() {
  head -n 1 "$SECRETS_DIR/$1"
}

# ask USER SECRET ADDRESS PORT COMMAND…
ask() {
  user=$1 secret=$2 host=$3 port=$4
  shift 4
  REDISCLI_AUTH=$(password_of "$secret") timeout 2 redis-cli --no-auth-warning --user "$user" -h "$host" -p "$port" "$@" \
    2>/dev/null | tr -d '\r' || true
}

ask_redis() {
  at=$1
  shift
  ask guard guard "$at" "$REDIS_PORT" "$@"
}

ask_sentinel() {
  at=$1
  shift
  ask guard sentinel-guard "$at" "$SENTINEL_PORT" "$@"
}

# One field of INFO: info_of ADDRESS SECTION FIELD
info_of() {
  ask_redis "$1" INFO "$2" | sed -n "s/^$3://p"
}

# Number of keys, or nothing when that Redis does not answer.
keys_of() {
  ask_redis "$1" DBSIZE | grep -E '^[0-9]+$' || true
}

# The address of a node. A per-pod Service has one as soon as it exists, also while its pod is down.
address_of() {
  until found=$(getent ahostsv4 "$1") && [ -n "$found" ]; do
    say "no address for $1 yet"
    sleep 1
  done
  echo "${found%% *}"
}

# What a Sentinel knows: "EPOCH ADDRESS", or nothing.
view_of_sentinel() {
  ask_sentinel "$1" SENTINEL MASTER "$MASTER_NAME" | awk '
    previous == "ip" { address = $0 }
    previous == "config-epoch" { epoch = $0 }
    { previous = $0 }
    END { if (address != "" && epoch ~ /^[0-9]+$/) print epoch, address }'
}

# Sets MY_ADDRESS and PEERS (addresses of the other nodes).
find_nodes() {
  MY_ADDRESS=''
  PEERS=''
  ordinal=0
  for node in $NODES; do
    address=$(address_of "$node")
    if [ "$ordinal" = "$ORDINAL" ]; then MY_ADDRESS=$address; else PEERS="$PEERS $address"; fi
    ordinal=$((ordinal + 1))
  done
  if [ -z "$MY_ADDRESS" ]; then
    say "there is no node with the ordinal $ORDINAL in: $NODES"
    exit 1
  fi
}
