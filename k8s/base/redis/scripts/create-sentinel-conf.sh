#!/bin/sh
# Creates sentinel.conf on the node's own disk, once: create-sentinel-conf.sh MY_ADDRESS MASTER_ADDRESS
# Later starts keep it, since it carries this Sentinel's identity, the peers it knows and the newest epoch.
set -eu
umask 077
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
: "${CONFIG_DIR:=/etc/switchboard/config}"

target=$DATA_DIR/sentinel/sentinel.conf
[ -f "$target" ] && exit 0
mkdir -p "$DATA_DIR/sentinel"
sed -e "s|@MY_ADDRESS@|$1|g" -e "s|@MASTER_ADDRESS@|$2|g" -e "s|@MASTER_NAME@|$MASTER_NAME|g" \
  -e "s|@REDIS_PORT@|$REDIS_PORT|g" -e "s|@SENTINEL_PORT@|$SENTINEL_PORT|g" \
  -e "s|@DATA_DIR@|$DATA_DIR|g" "$CONFIG_DIR/sentinel.conf" >"$target.new"
[ -z "${BIND_ADDRESS:-}" ] || echo "bind $BIND_ADDRESS" >>"$target.new"
mv "$target.new" "$target"
say "created sentinel.conf, watching $2"
