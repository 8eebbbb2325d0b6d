#!/bin/sh
# Starts chronyd as a time server for the platform's own network, by those of TIME_SERVERS (host or host:port, separated by commas).
# It never sets the clock of the machine: it tells how far that is off by telling the true time.
# Without a majority of all that are named, the silent ones too, it has no time: those that are left might be the ones that lie.
set -eu
configuration=/tmp/chrony.conf
servers=$(printf %s "$TIME_SERVERS" | tr , ' ')
{
  for server in $servers; do
    case $server in
      *:*) echo "server ${server%:*} port ${server##*:} iburst" ;;
      *) echo "server $server iburst" ;;
    esac
  done
  # shellcheck disable=SC2086 -- they are words
  set -- $servers
  echo "minsources $(($# / 2 + 1))"
  # Ports that take no privilege; the second is for the health check.
  echo 'port 1123'
  echo 'allow all'
  echo 'cmdport 1323'
  echo 'bindcmdaddress 127.0.0.1'
  echo 'bindcmdaddress /'
  echo 'pidfile /tmp/chronyd.pid'
} > "$configuration"
# Which server lies or is silent, all of them whenever one changes; of a silent one chronyd says nothing by itself.
tell() {
  told=
  while sleep 15; do
    now=$(chronyc -h 127.0.0.1 -p 1323 -N -c sources -a 2>/dev/null | while IFS=, read -r _ state name _; do
      case $state in
        x) is='lies' ;;
        '?') is='is silent' ;;
        '~') is='is unsteady' ;;
        *) is='answers' ;;
      esac
      echo "time server $name $is"
    done)
    if [ -n "$now" ] && [ "$now" != "$told" ]; then
      printf '%s\n' "$now"
      told=$now
    fi
  done
}
tell &
exec chronyd -x -U -d -f "$configuration"
