#!/bin/sh
# Starts chronyd as a time server for the platform's own network, by those of TIME_SERVERS (host or host:port, separated by commas).
# It never sets the clock of the machine: it tells how far that is off by telling the true time.
set -eu
configuration=/tmp/chrony.conf
{
  for server in $(printf %s "$TIME_SERVERS" | tr , ' '); do
    case $server in
      *:*) echo "server ${server%:*} port ${server##*:} iburst" ;;
      *) echo "server $server iburst" ;;
    esac
  done
  # Ports that take no privilege; the second is for the health check.
  echo 'port 1123'
  echo 'allow all'
  echo 'cmdport 1323'
  echo 'bindcmdaddress 127.0.0.1'
  echo 'bindcmdaddress /'
  echo 'pidfile /tmp/chronyd.pid'
} > "$configuration"
exec chronyd -x -U -d -f "$configuration"
