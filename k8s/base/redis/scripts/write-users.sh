#!/bin/sh
# Writes the ACL file from its template: write-users.sh redis|sentinel
# "@name@" becomes the SHA-256 of every line of the secret file of that name, so a file with two lines lets the new and the
# old password in while a rotation is under way. To load a changed file into a running server, see reload-users.sh.
set -eu
umask 077
SCRIPTS_DIR=$(dirname "$0")
. "$SCRIPTS_DIR/ask.sh"
: "${CONFIG_DIR:=/etc/switchboard/config}"

case $1 in
  redis) template=$CONFIG_DIR/users.acl target=$RUN_DIR/users.acl ;;
  sentinel) template=$CONFIG_DIR/sentinel-users.acl target=$RUN_DIR/sentinel-users.acl ;;
  *) say "write-users.sh: redis or sentinel, not $1" && exit 1 ;;
esac

hashes_of() {
  while IFS= read -r line || [ -n "$line" ]; do
    [ -n "$line" ] || continue
    hash=$(printf %s "$line" | sha256sum)
    printf '#%s ' "${hash%% *}"
  done <"$SECRETS_DIR/$1"
}

mkdir -p "$RUN_DIR"
text=$(grep -E '^user ' "$template")
for name in $(echo "$text" | sed -n 's/.*@\([a-z-]*\)@.*/\1/p' | sort -u); do
  if [ ! -s "$SECRETS_DIR/$name" ]; then
    say "the secret file $name is missing or empty"
    exit 1
  fi
  text=$(echo "$text" | sed "s/@$name@/$(hashes_of "$name")/")
done
echo "$text" >"$target.new"
mv "$target.new" "$target"
