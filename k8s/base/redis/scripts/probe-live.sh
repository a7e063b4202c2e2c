#!/bin/sh
# Alive: Redis answers at all. Loading, a lost master, a full disk and a long script are answers; a restart cures none.
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
case $(ask_redis "$LOCAL_ADDRESS" PING) in
  PONG* | LOADING* | MASTERDOWN* | MISCONF* | BUSY* | NOPERM*) exit 0 ;;
  *) exit 1 ;;
esac
