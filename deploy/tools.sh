#!/bin/sh
# Installs what the tests need and this machine lacks, on Debian and its kin:
# Postgres, Redis and nginx (run by the tests, never as services), a C compiler
# for the race detector.
set -eu

missing=""
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
PATH="$PATH:/usr/sbin:/sbin" command -v nginx >/dev/null 2>&1 || missing="$missing nginx-light"
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
	echo "install these first:$missing" >&2
	exit 1
fi
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
echo "installing$missing"
# No service is started by an installation: the tests start their own.
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo env RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing >/dev/null
