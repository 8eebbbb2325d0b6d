#!/bin/sh
# As much of the official image's start as the tests need: KAFKA_LOG_DIRS becomes log.dirs, and so on.
set -eu
properties=/tmp/server.properties
env | sed -n 's/^KAFKA_\([A-Z_]*\)=/\1=/p' | grep -Ev '^(HEAP_OPTS|LOG4J_OPTS|OPTS)=' | while IFS='=' read -r name value; do
  printf '%s=%s\n' "$(printf %s "$name" | tr 'A-Z_' 'a-z.')" "$value"
done > "$properties"
if [ ! -e "${KAFKA_LOG_DIRS:-/tmp/kraft}/meta.properties" ]; then
  /opt/kafka/bin/kafka-storage.sh format --cluster-id "$CLUSTER_ID" --config "$properties"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$properties"
