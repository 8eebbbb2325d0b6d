#!/bin/sh
# Starts Redis of the official image with TLS alone and the accounts of users.acl.in.
set -eu
umask 077
sh /opt/ssp/fill-users.sh /run/secrets/password > /tmp/users.acl
# Who may come is told by certificates and accounts; protected mode would want a password of the default user, who may do nothing.
exec redis-server \
  --port 0 --tls-port 6379 \
  --tls-cert-file /run/secrets/tls.pem --tls-key-file /run/secrets/tls.key.pem --tls-ca-cert-file /run/secrets/ca.pem \
  --tls-auth-clients yes --protected-mode no --aclfile /tmp/users.acl \
  --appendonly yes --save '' --dir /data
