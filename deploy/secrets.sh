#!/bin/sh
# Makes what compose.yaml needs beside itself: .env with the domain, and the folder
# secrets with random ones. What is there already stays as it is.
#
#   sh secrets.sh social.example.org
set -eu
cd "$(dirname "$0")"
[ $# = 1 ] || { echo "usage: sh secrets.sh DOMAIN" >&2; exit 2; }

[ -e .env ] || echo "DOMAIN=$1" >.env

# Compose shows these files to users of the containers, as they are: those may read
# them, and nobody on this machine gets into the folder.
umask 022
mkdir -p secrets
chmod 700 secrets
cd secrets
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "$1" ] || printf '%s\n' "$2" >"$1"; }

keep secret_key "$(random)"
keep s3_secret_access_key "$(random)"
keep postgres_password "$(random)"
keep database_url "postgres://skerry:$(cat postgres_password)@postgres:5432/skerry?sslmode=disable"
keep redis_conf "requirepass $(random)"
keep redis_url "redis://:$(sed 's/^requirepass //' redis_conf)@redis:6379/0"
echo "the secrets are in $(pwd): keep a copy of secret_key, without it a backup of the database cannot be read"
