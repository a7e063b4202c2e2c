#!/bin/sh
# Ready: a master that serves, or a replica whose link to the master is up and whose copy is complete. A rolling update
# waits for this, so that there is always a replica in sync.
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
ask_redis "$LOCAL_ADDRESS" INFO | awk -F: '
  { value[$1] = $2 }
  END {
    if (value["loading"] != "0") exit 1
    if (value["role"] == "master") exit 0
    exit !(value["master_link_status"] == "up" && value["master_sync_in_progress"] == "0")
  }'
