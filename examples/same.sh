#!/usr/bin/env bash
# What names no framework is the same in axum-api, actix-api and poem-api. examples/README.md has the table.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

status=0
same() {
    diff --recursive --brief "axum-api/$2" "$1/$2" || status=1
}
for example in actix-api poem-api; do
    for path in src/{answers,config,problem,shutdown,tasks,telemetry}.rs tests assets; do
        same "$example" "$path"
    done
done
same actix-api src/openapi.rs
exit "$status"
