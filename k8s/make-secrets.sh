#!/bin/sh
# Prints Secrets with fresh random passwords for staging or production:
#   sh k8s/make-secrets.sh | kubectl create -f -
# "create" refuses to overwrite: a second run would lock every service out of Redis. The Secret "channels" holds the
# secrets of providers and is made by hand (docs/operations/kubernetes.md).
set -eu
NAMESPACE=${1:-switchboard}

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# secret NAME, then lines "key value" on standard input; a value may hold blanks.
secret() {
  printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\ntype: Opaque\nstringData:\n' "$1" "$NAMESPACE"
  while read -r key value; do printf "  %s: '%s'\n" "$key" "$value"; done
  echo '---'
}

SERVICES='ingress agent-consumer outbound-sender dead-letter-reprocessor dashboard-broadcaster'
app=$(random) exporter=$(random) sentinel_exporter=$(random) backup=$(random)
users=''
for service in $SERVICES; do
  password=$(random)
  users="$users$service $password
"
  printf 'password %s\nsentinel-password %s\n' "$password" "$app" | secret "$service-redis"
done
for user in replica sentinel guard ops sentinel-peer sentinel-guard sentinel-ops; do
  users="$users$user $(random)
"
done
printf '%sexporter %s\nbackup %s\nsentinel-app %s\nsentinel-exporter %s\n' \
  "$users" "$exporter" "$backup" "$app" "$sentinel_exporter" | secret redis-users

map=''
for node in 0 1 2; do
  map="$map,\"redis://exporter@redis-announce-$node:6379\":\"$exporter\""
  map="$map,\"redis://exporter@redis-announce-$node:26379\":\"$sentinel_exporter\""
done
printf 'passwords.json {%s}\n' "${map#,}" | secret redis-exporter
printf 'password %s\n' "$backup" | secret redis-backup
printf 'dashboard-token %s\n' "$(random)" | secret dashboard-broadcaster-tokens
printf 'admin-token %s\n' "$(random)" | secret dead-letter-reprocessor-tokens
