#!/bin/sh
# The store suite also runs on PostgreSQL. Root on a Debian machine without it gets the package; everybody else is
# told that those tests will be skipped. Never fatal.
set -u

[ -n "${CRMSYNC_TEST_PG:-}" ] && exit 0
command -v postgres >/dev/null && exit 0
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing the Debian package postgresql for the store's tests ..."
    if [ ! -e /etc/postgresql-common ]; then
        # Only the programs are wanted: no standing cluster on this machine.
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    export DEBIAN_FRONTEND=noninteractive
    if timeout 300 sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql' >/dev/null 2>&1; then
        exit 0
    fi
fi
echo "NOTE: no PostgreSQL here: the store is tested on SQLite only. Set CRMSYNC_TEST_PG or install postgresql." >&2
exit 0
