#!/usr/bin/env bash
# Type-aware lint; warnings count as faults, and so does a suppression that suppresses nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
oxlint --type-aware --deny-warnings --report-unused-disable-directives-severity=error
