#!/bin/sh
# Decides how this Redis may start, so that a quick, empty or late restart never wipes what the others hold.
# Prints "master" or "replica ADDRESS". Exits 1 when neither is safe; the container is then started again.
#
# 1. The master is named by the highest configuration epoch among the peers' Sentinels and the sentinel.conf kept on this
#    node's own disk. The own Sentinel is not asked.
# 2. Somebody else is named: follow it, unless it is empty and this node is not.
# 3. This node is named. If a peer was replicating from it, it hands over: a failover, then it follows. Without such a
#    peer it starts as master if it has data, and refuses if it has none and any peer may have some.
# 4. Nobody is named, but a peer is master: follow it.
# 5. Nobody is named at all: a first start. Ordinal 0 becomes master unless a peer has keys; the others wait for it.
set -eu
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"

: "${ASK_TRIES:=3}" "${HAND_OVER_WAIT_S:=20}" "${FIRST_START_WAIT_S:=10}" "${PEERS_WAIT_S:=60}" "${MASTER_WAIT_S:=5}"
SENTINEL_CONF=$DATA_DIR/sentinel/sentinel.conf

# An append-only directory of an empty Redis holds an RDB without keys and an empty increment.
has_data() {
  for file in "$DATA_DIR"/appendonlydir/*.incr.aof; do
    [ -s "$file" ] && return 0
  done
  for file in "$DATA_DIR"/appendonlydir/*.base.* "$DATA_DIR"/dump.rdb; do
    [ -s "$file" ] || continue
    [ "$(wc -c <"$file")" -gt 65536 ] && return 0
    redis-check-rdb "$file" 2>/dev/null | grep -qE '\] [1-9][0-9]* keys read' && return 0
  done
  return 1
}

peers_views() {
  for peer in $PEERS; do view_of_sentinel "$peer"; done
}

own_view() {
  [ -f "$SENTINEL_CONF" ] || return 0
  awk -v name="$MASTER_NAME" '
    $1 == "sentinel" && $2 == "monitor" && $3 == name { address = $4 }
    $1 == "sentinel" && $2 == "config-epoch" && $3 == name { epoch = $4 }
    END { if (address != "") print epoch + 0, address }' "$SENTINEL_CONF"
}

# The address named by the highest epoch; at the same epoch the peers are believed.
named_master() {
  try=1
  views=$(peers_views)
  while [ -z "$views" ] && [ "$try" -lt "$ASK_TRIES" ]; do
    sleep 1
    views=$(peers_views)
    try=$((try + 1))
  done
  { [ -n "$views" ] && echo "$views"; own_view; } | awk 'NF == 2 && (best == "" || $1 + 0 > epoch) { epoch = $1 + 0; best = $2 } END { print best }'
}

# With data at stake the master gets some seconds to answer: one that decided to lead just before this node's Sentinel was
# up would otherwise be found empty too late. Whoever decides later asks that Sentinel first.
follow() {
  if has_data; then
    deadline=$(($(date +%s) + MASTER_WAIT_S))
    keys=$(keys_of "$1")
    while [ -z "$keys" ] && [ "$(date +%s)" -lt "$deadline" ]; do
      sleep 0.5
      keys=$(keys_of "$1")
    done
    if [ "$keys" = 0 ]; then
      say "refusing to follow $1: it is empty and this node holds data (see docs/operations/redis.md, \"An empty master\")"
      exit 1
    fi
  fi
  say "starting as replica of $1"
  echo "replica $1"
  exit 0
}

lead() {
  say "starting as master: $1"
  echo master
  exit 0
}

# A peer that has replicated from this node since its own start.
has_warm_replica() {
  for peer in $PEERS; do
    [ "$(info_of "$peer" replication master_host)" = "$MY_ADDRESS" ] || continue
    offset=$(info_of "$peer" replication slave_repl_offset)
    [ "${offset:-0}" -gt 1 ] && return 0
  done
  return 1
}

some_peer_has_keys() {
  for peer in $PEERS; do
    keys=$(keys_of "$peer")
    [ "${keys:-0}" -gt 0 ] && return 0
  done
  return 1
}

every_peer_is_empty() {
  for peer in $PEERS; do
    [ "$(keys_of "$peer")" = 0 ] || return 1
  done
  return 0
}

# Asks one Sentinel after the other to promote a replica, and follows whoever is named then.
hand_over() {
  deadline=$(($(date +%s) + HAND_OVER_WAIT_S))
  while [ "$(date +%s)" -lt "$deadline" ]; do
    for peer in $PEERS; do
      answer=$(ask_sentinel "$peer" SENTINEL FAILOVER "$MASTER_NAME")
      [ -n "$answer" ] && say "asked the Sentinel at $peer for a failover: $answer"
      for _ in 1 2 3 4 5 6; do
        named=$(named_master)
        if [ -n "$named" ] && [ "$named" != "$MY_ADDRESS" ]; then follow "$named"; fi
        sleep 0.5
      done
    done
  done
}

named_me() {
  if has_data; then
    if has_warm_replica; then
      say 'the Sentinels name this node and a replica of it is alive: handing over'
      hand_over
    fi
    lead 'named by the Sentinels, data on disk, no replica to hand over to'
  fi
  if some_peer_has_keys; then
    say 'the Sentinels name this node, but its disk is empty and a peer has data: handing over'
    hand_over
  elif every_peer_is_empty; then
    lead 'named by the Sentinels, and no node holds any data'
  fi
  say 'refusing to start as an empty master while a peer may hold data'
  exit 1
}

peer_master() {
  for peer in $PEERS; do
    if [ "$(info_of "$peer" replication role)" = master ]; then
      echo "$peer"
      return
    fi
  done
}

first_start() {
  [ "$ORDINAL" = 0 ] || FIRST_START_WAIT_S=$PEERS_WAIT_S
  deadline=$(($(date +%s) + FIRST_START_WAIT_S))
  while :; do
    master=$(peer_master)
    [ -n "$master" ] && follow "$master"
    [ "$(date +%s)" -lt "$deadline" ] || break
    sleep 1
    named=$(named_master)
    if [ "$named" = "$MY_ADDRESS" ]; then named_me; fi
    [ -n "$named" ] && follow "$named"
  done
  if [ "$ORDINAL" != 0 ]; then
    say 'no Sentinel and no master answers; waiting for them'
    exit 1
  fi
  if some_peer_has_keys && ! has_data; then
    say 'refusing to start as an empty master: a peer has keys'
    exit 1
  fi
  lead 'first start, no node knows of a master'
}

find_nodes
named=$(named_master)
if [ -z "$named" ]; then first_start; fi
if [ "$named" = "$MY_ADDRESS" ]; then named_me; fi
follow "$named"
