#!/bin/sh
# preStop of the redis container. A master first stops taking writes, then has a replica promoted: without the pause the
# writes between the promotion and this node's end would be lost. The pause is never lifted, since the node stops next; it
# also keeps Sentinel's own commands waiting, so the sign of success is the new name, not the own role.
# Always ends with 0, so that the pod can stop.
set -eu
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
: "${PAUSE_MS:=15000}" "${HAND_OVER_WAIT_S:=12}"

[ "$(info_of "$LOCAL_ADDRESS" replication role)" = master ] || exit 0
if [ "$(info_of "$LOCAL_ADDRESS" replication connected_slaves)" = 0 ]; then
  say 'stopping as master: there is no replica to hand over to'
  exit 0
fi

find_nodes
ask_redis "$LOCAL_ADDRESS" CLIENT PAUSE "$PAUSE_MS" WRITE >/dev/null

# Asks for a failover until one Sentinel has agreed: it is the one to look at.
asked=''
deadline=$(($(date +%s) + HAND_OVER_WAIT_S))
while [ "$(date +%s)" -lt "$deadline" ]; do
  if [ -z "$asked" ]; then
    for sentinel in $LOCAL_ADDRESS $PEERS; do
      [ "$(ask_sentinel "$sentinel" SENTINEL FAILOVER "$MASTER_NAME")" = OK ] || continue
      asked=$sentinel
      break
    done
  else
    view=$(view_of_sentinel "$asked")
    named=${view#* }
    if [ -n "$named" ] && [ "$named" != "$MY_ADDRESS" ]; then
      say "handed over to $named"
      exit 0
    fi
  fi
  sleep 0.2
done
say "stopping as master: no failover within $HAND_OVER_WAIT_S s"
exit 0
