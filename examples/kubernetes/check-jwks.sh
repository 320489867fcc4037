#!/usr/bin/env bash
# Can a pod with the rights of the service reach the issuer's keys, and are they a JWK Set?
#
#     check-jwks.sh [--namespace NAMESPACE] [URL]
#
# URL is by default the ConfigMap's JWT_JWKS_URL. Starts a pod for a moment, with the labels that the network policy is about, and removes
# it. Needs kubectl and jq. IMAGE names another image that has sh and curl.
set -euo pipefail

image=${IMAGE:-curlimages/curl:8.16.0}
pod=jwks-check-$$
kubectl=(kubectl)
url=''

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

while (($# > 0)); do
    case $1 in
        --namespace | -n)
            (($# > 1)) || fail "$1 needs the name of a namespace"
            kubectl+=(--namespace "$2")
            shift
            ;;
        http://* | https://*) url=$1 ;;
        *) fail "expected a URL or --namespace, found \"$1\"" ;;
    esac
    shift
done

for program in kubectl jq; do
    command -v "$program" >/dev/null || fail "$program is not installed"
done
if [[ -z $url ]]; then
    url=$("${kubectl[@]}" get configmap tasks-api --output 'jsonpath={.data.JWT_JWKS_URL}') || fail 'there is no ConfigMap tasks-api'
    [[ -n $url ]] || fail 'the ConfigMap tasks-api has no JWT_JWKS_URL: give the URL as an argument'
fi

finish() {
    "${kubectl[@]}" delete pod "$pod" --ignore-not-found --wait=false >/dev/null 2>&1 || true
}
trap finish EXIT

# The last line is curl's status, so that the pod always succeeds and its output can be read. At most 1 MiB, as the service takes.
# shellcheck disable=SC2016 # "$1" is for the shell in the pod
"${kubectl[@]}" run "$pod" --image "$image" --restart Never --quiet \
    --labels app.kubernetes.io/name=tasks-api,app.kubernetes.io/component=check \
    --command -- sh -c 'curl --silent --show-error --fail --max-time 10 --max-filesize 1048576 "$1" 2>&1; printf "\n%s" $?' sh "$url" >/dev/null
"${kubectl[@]}" wait "pod/$pod" --for 'jsonpath={.status.phase}=Succeeded' --timeout 90s >/dev/null ||
    fail "the pod $pod did not get as far as asking: kubectl get events --field-selector involvedObject.name=$pod"
said=$("${kubectl[@]}" logs "$pod")

status=${said##*$'\n'}
body=${said%$'\n'*}
[[ $status == 0 ]] || fail "$url cannot be reached from a pod (curl ended with $status): $body"
keys=$(jq --raw-output '
    if type != "object" or (.keys | type) != "array" then error("no JWK Set: an object with an array \"keys\" is expected")
    elif (.keys | length) == 0 then error("a JWK Set without a key")
    elif any(.keys[]; type != "object" or (.kty | type) != "string") then error("a key without \"kty\"")
    elif any(.keys[]; has("d") or has("k")) then error("a private key or a secret is published")
    else .keys[] | "    \(.kty) \(.alg // .crv // "") \(.kid // "without kid")" end
' <<<"$body" 2>&1) || fail "$url answers from a pod, but not with a JWK Set: $keys"
printf '%s answers from a pod with a JWK Set:\n%s\n' "$url" "$keys"
