#!/usr/bin/env bash
# A real Better Auth server, and a Rust program that verifies its tokens: from signing up to a change of keys and an outage. Then
# services.sh: the same for whole services. Stops at the first surprise.
#
# Needs node and npm (20 or newer), curl and cargo. Installs the server's packages when node_modules is not there, or older than
# package-lock.json.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

email=ada@example.test
# shellcheck source=lib.sh
source lib.sh
verifier=''

finish() {
    local status=$?
    exec 3>&- 4<&- 5<&-
    stop "$server"
    stop "$verifier"
    rm -rf "$scratch"
    ((status == 0)) || printf '\nbetter-auth example FAILED\n' >&2
}
trap finish EXIT
# Writing to a program that has ended is an error to be told, not the end of this script.
trap '' PIPE

# altered TOKEN PART MEMBER VALUE: the token with one string replaced in its header (0) or payload (1), the rest as it was.
altered() {
    node -e '
        const [token, part, member, value] = process.argv.slice(1);
        const parts = token.split(".");
        const object = JSON.parse(Buffer.from(parts[part], "base64url"));
        object[member] = value;
        parts[part] = Buffer.from(JSON.stringify(object)).toString("base64url");
        console.log(parts.join("."));
    ' "$@"
}

# listed: how many keys the server publishes.
listed() {
    request "$url/api/auth/jwks" | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8")).keys.length'
}

# verify: the program with nothing in its environment but where Better Auth is.
verify() {
    exec env -i BETTER_AUTH_URL="$url" "$program"
}

# expect START TOKEN: what the running program says of the token begins with START.
expect() {
    local said
    printf '%s\n' "$2" >&3 || fail 'the program has ended'
    IFS= read -r -t "$patience" said <&4 || fail "no answer from the program within $patience s, or it has ended"
    told "$1" "$said"
}

told() {
    [[ $2 == "$1"* ]] || fail "expected \"$1…\", found \"$2\""
    printf '    %s\n' "$2"
}

step '1. Install Better Auth, build the program'
install
program=$(cargo build --quiet --package better-auth-example --message-format json-render-diagnostics | node -p '
    const messages = require("fs").readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    messages.find((message) => message.executable).executable')
printf '    better-auth %s\n' "$(member version <node_modules/better-auth/package.json)"

step '2. Start the server on a free port'
start_server
printf '    %s\n' "$url"

step '3. Start the program: BETTER_AUTH_URL is all it is told'
mkfifo "$scratch/tokens" "$scratch/answers"
verify <"$scratch/tokens" >"$scratch/answers" &
verifier=$!
exec 3>"$scratch/tokens" 4<"$scratch/answers"

step '4. Sign up, sign in'
post_json sign-up/email "{\"name\":\"Ada\",\"email\":\"$email\",\"password\":\"$password\"}" >"$scratch/answer"
rm "$jar"
post_json sign-in/email "{\"email\":\"$email\",\"password\":\"$password\"}" >"$scratch/answer"
session_token=$(member token <"$scratch/answer")
printf '    %s is signed in\n' "$email"

step '5. A token is accepted: the program fetches the keys'
first=$(token)
user=$(node -p 'JSON.parse(Buffer.from(process.argv[1].split(".")[1], "base64url")).id' "$first")
expect "accepted $user $email" "$first"

step '6. What is no token of this server is refused: altered, `alg` none, a session token, nothing'
expect 'refused invalid_signature' "$(altered "$first" 1 sub somebody-else)"
expect 'refused algorithm_not_allowed' "$(altered "$first" 0 alg none)"
expect 'refused malformed' "$session_token"
expect 'refused malformed' ''

step '7. The keys change: a token under the new key is accepted by the same process'
(($(listed) == 1)) || fail 'expected one key before the change'
only_here rotate
second=$(token)
[[ $(key_id "$second") != "$(key_id "$first")" ]] || fail 'the server still signs with the old key'
(($(listed) == 2)) || fail 'expected the old and the new key after the change'
printf '    %s -> %s\n' "$(key_id "$first")" "$(key_id "$second")"
expect "accepted $user $email" "$second"

step '8. The token under the old key is still accepted: Better Auth goes on listing the key'
expect "accepted $user $email" "$first"

step '9. The server is gone: nobody who has a token notices'
stop "$server"
server=''
! curl --silent --noproxy '*' --max-time "$patience" --output "$scratch/answer" "$url/api/auth/jwks" ||
    fail 'the server still answers'
expect "accepted $user $email" "$second"
expect "accepted $user $email" "$first"
expect 'refused invalid_signature' "$(altered "$second" 1 sub somebody-else)"

step '10. A program that starts now has no keys: it can neither accept nor refuse'
told 'unavailable keys_unavailable' "$(printf '%s\n' "$second" | (verify))"

step '11. The program ends when there are no more tokens'
exec 3>&-
wait "$verifier" || fail "the program ended with status $?"
verifier=''

printf '\nbetter-auth example passed in %d s\n' "$SECONDS"

./services.sh
