#!/bin/sh
# Archives a file of WAL: archive_command = 'sh /…/archive-wal.sh "%p" "%f" /srv/wal'. A file gets its name once it is whole and on disk.
# One that is there already and the same is archived (Postgres asks again after a crash); another one under its name is never replaced.
set -eu
from=$1 name=$2 folder=$3
if [ -e "$folder/$name" ]; then
  if cmp -s "$from" "$folder/$name"; then exit 0; fi
  echo "archive-wal: $folder/$name is there, and another: is this archive another server's?" >&2
  exit 1
fi
# A file that ends early for archive_timeout is zeroes from there on, which need no place on disk.
cp --sparse=always "$from" "$folder/.$name.part" 2>/dev/null || cp "$from" "$folder/.$name.part"
sync "$folder/.$name.part"
mv "$folder/.$name.part" "$folder/$name"
sync "$folder"
