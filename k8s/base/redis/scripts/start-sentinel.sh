#!/bin/sh
# Entry point of the sentinel container: waits until the first start of Redis has created sentinel.conf, puts the
# passwords in use into it, becomes Sentinel.
set -eu
umask 077
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"

conf=$DATA_DIR/sentinel/sentinel.conf
mkdir -p "$RUN_DIR"
until [ -f "$conf" ]; do sleep 1; done

sh "$SCRIPTS_DIR/write-users.sh" sentinel
grep -vE "^(aclfile|sentinel auth-pass $MASTER_NAME|sentinel sentinel-pass) " "$conf" >"$conf.new"
{
  echo "aclfile $RUN_DIR/sentinel-users.acl"
  echo "sentinel auth-pass $MASTER_NAME $(password_of sentinel)"
  echo "sentinel sentinel-pass $(password_of sentinel-peer)"
} >>"$conf.new"
mv "$conf.new" "$conf"

exec redis-server "$conf" --sentinel
