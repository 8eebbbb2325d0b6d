#!/bin/sh
# Writes the accounts of users.acl.in as Redis takes them (`redis-server --aclfile`): fill-users.sh <password file> > users.acl
set -eu
password=$(tr -d '\r\n' <"$1")
if [ "${#password}" -lt 16 ]; then
  echo "fill-users: the password in $1 has fewer than 16 characters" >&2
  exit 1
fi
digest=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
sed -e '/^#/d' -e '/^$/d' -e "s/@THROTTLE_PASSWORD_SHA256@/$digest/" "$(dirname "$0")/users.acl.in"
