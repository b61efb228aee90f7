#!/bin/sh
# Makes .venv from the hash-locked requirements, with crmsync itself installed from this checkout.
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "crmsync needs Python 3.11 or newer; '$PYTHON' is not. Try: make PYTHON=/path/to/python3.11 test"

if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian keeps venv in a package of its own.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing the Debian package python3-venv ..."
        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    else
        fail "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"
    fi
fi

pip="-m pip --disable-pip-version-check --quiet --quiet --no-input"
echo "Preparing .venv (once; about a minute) ..."
[ -x .venv/bin/pip ] || "$PYTHON" -m venv .venv
# shellcheck disable=SC2086  # the words of $pip are separate arguments
.venv/bin/python $pip install --require-hashes --requirement requirements.txt
# shellcheck disable=SC2086
.venv/bin/python $pip install --no-deps --no-build-isolation --editable .
touch .venv/ready
