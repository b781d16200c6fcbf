#!/usr/bin/env bash
# Format.
set -euo pipefail
cd "$(dirname "$0")/../.."
oxfmt --check
