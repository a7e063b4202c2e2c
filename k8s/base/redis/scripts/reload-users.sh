#!/bin/sh
# Loads changed passwords into the running servers of this pod, without a restart:
#   kubectl exec redis-0 -c redis -- sh /etc/switchboard/scripts/reload-users.sh redis
#   kubectl exec redis-0 -c sentinel -- sh /etc/switchboard/scripts/reload-users.sh sentinel
set -eu
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"

own_redis() { ask ops ops "$LOCAL_ADDRESS" "$REDIS_PORT" "$@"; }
own_sentinel() { ask ops sentinel-ops "$LOCAL_ADDRESS" "$SENTINEL_PORT" "$@"; }

accepted() {
  if [ "$1" != OK ]; then
    say "$2 was refused: $1"
    exit 1
  fi
}

set_user() {
  own=$1 name=$2
  shift 2
  accepted "$("$own" ACL SETUSER "$name" reset "$@" </dev/null)" "user $name"
}

# User by user: ACL LOAD would end every connection of a 7.0 server, replicas and Sentinels included.
load_users() {
  set -f
  while IFS= read -r line; do
    # shellcheck disable=SC2086
    set_user "$1" ${line#user }
  done <"$2"
  set +f
}

# in_use SETTING SECRET: Sentinel keeps what it uses in its configuration file.
in_use() {
  grep -qE "^sentinel $1 \"?$(password_of "$2")\"?\$" "$DATA_DIR/sentinel/sentinel.conf"
}

sh "$SCRIPTS_DIR/write-users.sh" "$1"
case $1 in
  redis)
    load_users own_redis "$RUN_DIR/users.acl"
    accepted "$(own_redis CONFIG SET masterauth "$(password_of replica)")" 'the new masterauth'
    ;;
  sentinel)
    load_users own_sentinel "$RUN_DIR/sentinel-users.acl"
    # A new auth-pass cuts this Sentinel off from Redis for up to 15 seconds, so it is set only when it is new.
    if ! in_use "auth-pass $MASTER_NAME" sentinel; then
      accepted "$(own_sentinel SENTINEL SET "$MASTER_NAME" auth-pass "$(password_of sentinel)")" 'the new auth-pass'
    fi
    if ! in_use sentinel-pass sentinel-peer; then
      accepted "$(own_sentinel SENTINEL CONFIG SET sentinel-pass "$(password_of sentinel-peer)")" 'the new sentinel-pass'
    fi
    ;;
esac
say "loaded the users of $1"
