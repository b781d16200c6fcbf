#!/usr/bin/env bash
# Runs toko beside Nameko, both ways, on a real RabbitMQ; ends with "N passed, N failed".
# usage: [PYTHON=python3.11] [AMQP_URL=amqp://…] scripts/nameko.sh
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=examples/nameko/requirements.txt
venv=.toko/nameko/venv

die() { printf 'toko: %s\n' "$1" >&2; exit 1; }
fits() { "$1" -c 'import sys; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 11))' 2>/dev/null; }

python=
for each in ${PYTHON:-python3.11 python3.10 python3.9 python3.8 python3}; do
  if fits "$each"; then python=$each && break; fi
done
[ -n "$python" ] || die 'no Python 3.8 to 3.11 (Nameko 2.14 runs on no newer one): install one (Debian: apt-get install python3 python3-venv), or name it in PYTHON.'
"$python" -c 'import ensurepip, venv' 2>/dev/null || die "$python has no venv or pip: install them (Debian: apt-get install python3-venv)."
command -v setpriv >/dev/null || die 'setpriv is missing: install util-linux.'

# Written last, so that a killed install leaves none.
stamp=$venv/.installed
if ! { [ -x "$venv/bin/nameko" ] && cmp -s "$requirements" "$stamp"; }; then
  echo "toko: installing Nameko into $venv (about 10 s the first time)"
  rm -rf "$venv"
  "$python" -m venv "$venv" || die "$python could not make $venv: see its message above."
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" ||
    die "pip could not install $requirements: see its message above."
  cp "$requirements" "$stamp"
fi

NAMEKO_VENV=$PWD/$venv SUITE=nameko REPORTER=verbose exec scripts/test.sh
