#!/bin/sh
# Starts Postgres of the official image with TLS alone. It takes no key that belongs to somebody else, so it gets a copy.
# WAL is kept from the first base backup on, without which it would be worth nothing. Nobody reads what a restore has not brought back yet.
set -eu
umask 077
cp /run/secrets/tls.key.pem /tmp/tls.key.pem
exec docker-entrypoint.sh postgres \
  -c ssl=on -c ssl_min_protocol_version=TLSv1.2 \
  -c ssl_cert_file=/run/secrets/tls.pem -c ssl_key_file=/tmp/tls.key.pem -c ssl_ca_file=/run/secrets/ca.pem \
  -c hba_file=/opt/ssp/pg_hba.conf -c max_connections=300 \
  -c wal_level=replica -c archive_mode=on -c archive_timeout=60s -c hot_standby=off \
  -c archive_command='test ! -e /srv/wal/wanted || sh /opt/ssp/archive-wal.sh "%p" "%f" /srv/wal'
