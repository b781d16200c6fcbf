#!/usr/bin/env bash
# The compiler over every workspace; `#` lines become the remark behind the verdict.
set -euo pipefail
cd "$(dirname "$0")/../.."
tsc
printf '# %s files\n' "$(tsc --listFilesOnly | grep -vc node_modules)"
