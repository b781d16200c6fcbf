#!/usr/bin/env bash
# Installs the packages of package-lock.json and stamps the lock's hash last, so that a killed install is seen as none.
# usage: scripts/install.sh STAMP
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=$1

die() { printf 'toko: %s\n' "$1" >&2; exit 1; }

# npm must not run on the Node that it is about to delete.
PATH=${PATH//"$PWD/node_modules/.bin:"/}

command -v node >/dev/null || die 'Node.js is missing: install Node 20 or newer (https://nodejs.org), then run make again.'
command -v npm >/dev/null || die 'npm is missing: install npm (Debian: apt-get install npm), then run make again.'
version=$(node -p 'process.versions.node')
[ "${version%%.*}" -ge 20 ] || die "Node $version is too old: toko needs Node 20 or newer to install (it brings Node 24 itself)."

lock=$(node -p 'require("crypto").createHash("sha256").update(require("fs").readFileSync("package-lock.json")).digest("hex")')
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$lock" ]; then
  touch "$stamp" # only the lock file's time changed, as after a git checkout
  exit 0
fi
# npm writes its own record last: a person's npm install of this very lock file needs no second one.
if [ node_modules/.package-lock.json -nt package-lock.json ]; then
  printf '%s\n' "$lock" >"$stamp"
  exit 0
fi

# npm ci clears only the root folder. What a killed linked install leaves in the workspaces makes npm report a damaged lock file.
rm -rf node_modules packages/*/node_modules services/*/node_modules
echo 'toko: installing packages (about 30 s the first time)'
npm ci --no-progress --loglevel=error </dev/null || die 'npm ci failed: see its message above; run make again once mended.'

PATH=$PWD/node_modules/.bin:$PATH
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 24 || (a === 24 && b >= 12) ? 0 : 1)' ||
  die "this platform gets no Node 24 from npm: install it yourself (nvm install), now $(node -v)."
printf '%s\n' "$lock" >"$stamp"
