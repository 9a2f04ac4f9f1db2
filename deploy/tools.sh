#!/bin/sh
# Installs what the tests need and this machine lacks, on Debian and its kin:
# servers (run by the tests, never as services), programs that look at the files of
# this folder, a C compiler for the race detector, a browser and what drives it.
set -eu

PATH="$PATH:/usr/sbin:/sbin"
missing=""
need() { # PROGRAM PACKAGE…
	program=$1
	shift
	command -v "$program" >/dev/null 2>&1 || missing="$missing $*"
}
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb postgresql
need redis-server redis-server
need pgbouncer pgbouncer
need nginx nginx-light
need caddy caddy
need systemd-analyze systemd
need update-ca-certificates ca-certificates
need gcc gcc libc6-dev
need node nodejs
need npm npm
need chromium chromium fonts-dejavu-core

if [ -n "$missing" ]; then
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
fi

# What drives the browser, as its lock file says; npm keeps a copy of that beside it.
cd "$(dirname "$0")/../e2e"
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
