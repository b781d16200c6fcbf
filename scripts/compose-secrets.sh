#!/usr/bin/env bash
# Makes the secrets that compose.yaml asks for, once: what the file has stays, what it lacks is added, 256 random bits each.
# usage: scripts/compose-secrets.sh [FILE: .env]
set -euo pipefail
cd "$(dirname "$0")/.."
file=${1:-.env}
umask 077
touch "$file"
chmod 600 "$file"
added=0
for name in $(grep -o 'SECRET_[A-Z_]*' compose.yaml | sort -u); do
  ! grep -q "^$name=." "$file" || continue
  printf '%s=%s\n' "$name" "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')" >>"$file"
  added=$((added + 1))
done
[ "$added" -eq 0 ] || printf '%d secrets made in %s; it is yours alone and not for git\n' "$added" "$file"
