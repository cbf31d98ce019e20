#!/usr/bin/env bash
# Trains on a node of Azure Machine Learning: a worker beside the training takes its trials, so that they run here. Arguments are those of
# `spymaster train`. Its result is in outputs/training.json, and its gain a metric of the run.
set -euo pipefail
main=${SPYMASTER_MAIN:-/app/dist/workers/cli/main.js}

SPYMASTER_LOG=human node "$main" worker --role cpu --metrics-port off &
worker=$!
stop() {
  kill -TERM "$worker" 2>/dev/null || return 0
  wait "$worker" || return 0
}
trap stop EXIT

mkdir -p outputs
node "$main" train --json "$@" >outputs/training.json
node "$(dirname "$0")/report.js" outputs/training.json
