#!/bin/sh
# probe-sentinel.sh live: Sentinel answers, or still waits for the first start of Redis beside it.
# probe-sentinel.sh ready: it also sees enough others for a failover.
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
case $1 in
  live) [ ! -f "$DATA_DIR/sentinel/sentinel.conf" ] || [ "$(ask_sentinel "$LOCAL_ADDRESS" PING)" = PONG ] ;;
  ready) ask_sentinel "$LOCAL_ADDRESS" SENTINEL CKQUORUM "$MASTER_NAME" | grep -q '^OK' ;;
  *) exit 1 ;;
esac
