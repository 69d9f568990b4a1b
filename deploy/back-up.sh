#!/bin/sh
# Back up a running bot with SQLite into $BACKUP, from the program's folder: today's copy takes its place when it holds.
# Needs DATA where the database is not in ./data. Ends with 1 and leaves the last good copy where something is wrong.
set -eu
: "${BACKUP:?set BACKUP to a folder on another disk}"
DATA="${DATA:-data}"
PYTHON="${PYTHON:-.venv/bin/python}"
case "$DATA" in /*) ;; *) DATA="$PWD/$DATA" ;; esac
umask 077
mkdir -p "$BACKUP"
new="$BACKUP/new"
rm -rf "$new"
mkdir "$new"

"$PYTHON" - "$DATA/lianxin.db" "$new/lianxin.db" <<'COPY'
import sqlite3
import sys

source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
with sqlite3.connect(sys.argv[2]) as copy:
    source.backup(copy)
copy.close()
source.close()
COPY
if [ -d "$DATA/attachments" ]; then cp -a "$DATA/attachments" "$new/"; fi
if [ -f "$DATA/erased.jsonl" ]; then cp -a "$DATA/erased.jsonl" "$new/"; fi

LIANXIN_DATABASE_URL="sqlite+aiosqlite:///$new/lianxin.db" "$PYTHON" -m bot verify

day="$BACKUP/$(date +%Y-%m-%d)"
rm -rf "$day"
mv "$new" "$day"
echo "backed up to $day"
