#!/bin/sh
# Make the secrets of deploy/compose.yaml that are ours to choose, and empty files for those of the admin console.
# Files that are there already stay as they are. Keep a copy of lianxin_data_key somewhere else: without it no word can be read.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
cd secrets
keep() { [ -s "$1" ] || cat >"$1"; }
openssl rand -hex 24 | keep database_password
openssl rand -base64 32 | keep lianxin_data_key
printf 'postgresql://lianxin:%s@database/lianxin' "$(cat database_password)" | keep lianxin_database_url
for name in lianxin_secret lianxin_callback_token lianxin_aes_key; do
    [ -s "$name" ] || { : >"$name"; echo "write into deploy/secrets/$name what the admin console shows"; }
done
# The bots run as user 10001 and read them as that user.
if [ "$(id -u)" = 0 ]; then chown 10001:10001 lianxin_*; else echo "as root: chown 10001:10001 deploy/secrets/lianxin_*"; fi
