#!/bin/sh
# Healthy: Redis has loaded its data and answers.
[ "$(REDISCLI_AUTH=$(head -n 1 /run/secrets/redis-password) redis-cli --no-auth-warning PING)" = PONG ]
