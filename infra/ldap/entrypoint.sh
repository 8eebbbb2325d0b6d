#!/bin/sh
# Runs the directory in the foreground. The sample entries are loaded once; later changes stay in DATA_DIR.
# With the argument "load" it ends once they are there. Root makes room for the user openldap; anybody else stays who he is.
#
#   LDAP_CA_FILE LDAP_CERT_FILE LDAP_KEY_FILE   PEM files; /run/secrets/{ca,ldap,ldap.key}.pem unless given
#   LDAP_ADMIN_PASSWORD_FILE                    the password of cn=admin,o=nhs; or else
#   LDAP_ADMIN_PASSWORD                         the password itself
#   LDAP_VERIFY_CLIENT                          "demand" where clients must show a certificate of that CA
set -eu
umask 077
# slapd reserves memory for every file that it may open, and some engines allow a billion.
ulimit -n 1024

seed=${SEED_DIR:-/opt/ssp-ldap}
state=${DATA_DIR:-/var/lib/ssp-ldap}
run=${RUN_DIR:-/run/ssp-ldap}
listen=${LISTEN_URL:-ldaps:///}
ca=${LDAP_CA_FILE:-/run/secrets/ca.pem}
cert=${LDAP_CERT_FILE:-/run/secrets/ldap.pem}
key=${LDAP_KEY_FILE:-/run/secrets/ldap.key.pem}

mkdir -p "$run" "$state"
# slapd reads its files as the user it drops to, who could not read a key that is root's alone.
cp "$ca" "$run/ca.pem"
cp "$cert" "$run/ldap.pem"
cp "$key" "$run/ldap.key.pem"

if [ -n "${LDAP_ADMIN_PASSWORD_FILE:-}" ]; then
  password=$(cat "$LDAP_ADMIN_PASSWORD_FILE")
else
  password=${LDAP_ADMIN_PASSWORD:?set LDAP_ADMIN_PASSWORD_FILE or LDAP_ADMIN_PASSWORD}
fi
printf %s "$password" > "$run/password"
hash=$(slappasswd -n -T "$run/password")
rm "$run/password"

write_conf() {
  sed -e "s|@SCHEMA_DIR@|/etc/ldap/schema|" \
    -e "s|@SEED_DIR@|$seed|" \
    -e "s|@RUN_DIR@|$run|" \
    -e "s|@DATA_DIR@|$1|" \
    -e "s|@LOAD_BACKEND@|modulepath /usr/lib/ldap\nmoduleload back_mdb|" \
    -e "s|@CA_FILE@|$run/ca.pem|" \
    -e "s|@CERT_FILE@|$run/ldap.pem|" \
    -e "s|@KEY_FILE@|$run/ldap.key.pem|" \
    -e "s|^TLSVerifyClient .*|TLSVerifyClient ${LDAP_VERIFY_CLIENT:-try}|" \
    -e "s|@ADMIN_DN@|cn=admin,o=nhs|" \
    -e "s|@ADMIN_PASSWORD_HASH@|$hash|" \
    "$seed/slapd.conf.in" > "$run/slapd.conf"
}

if [ ! -e "$state/data/data.mdb" ]; then
  # Loaded beside its place, so that an interrupted load leaves nothing that looks complete.
  rm -rf "$state/draft"
  mkdir "$state/draft"
  write_conf "$state/draft"
  # Not every file ends its last line, and an empty line must part two entries.
  for file in "$seed"/base/*.ldif "$seed"/sds/*.ldif "$seed"/sample/*.ldif; do
    cat "$file"
    printf '\n\n'
  done > "$run/directory.ldif"
  slapadd -q -f "$run/slapd.conf" -l "$run/directory.ldif"
  mv "$state/draft" "$state/data"
fi
write_conf "$state/data"
if [ "$(id -u)" = 0 ]; then
  chown -R openldap:openldap "$run" "$state"
  set -- "$@" -u openldap -g openldap
fi
if [ "${1:-}" = load ]; then exit; fi

# A debug level keeps slapd in the foreground; "none" is the quietest that still tells of failures.
exec slapd "$@" -f "$run/slapd.conf" -h "$listen" -d none
