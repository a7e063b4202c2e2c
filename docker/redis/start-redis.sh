#!/bin/sh
# Starts Redis with the password of the secret file; it stands in no command line and in no variable.
set -eu
umask 077
{
  cat /etc/switchboard/redis.conf
  echo "requirepass $(head -n 1 /run/secrets/redis-password)"
} >/run/redis/redis.conf
exec redis-server /run/redis/redis.conf
