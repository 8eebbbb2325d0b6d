#!/bin/sh
# Starts Kafka of the official image on a file system that is read-only but for data and /tmp.
set -eu
data=/var/lib/kafka/data
configuration=/tmp/server.properties
cat /opt/ssp/server.properties /opt/ssp/guard.properties > "$configuration"
# Its start script would have a log of the garbage collector, too, which only grows.
export LOG_DIR=/tmp EXTRA_ARGS=-Dssp=kafka KAFKA_LOG4J_OPTS=-Dlog4j2.configurationFile=/opt/ssp/log4j2.properties
if [ ! -e "$data/meta.properties" ]; then
  /opt/kafka/bin/kafka-storage.sh format --cluster-id c3BpbmVTZWN1cmVQcm94eQ --config "$configuration"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$configuration"
