#!/usr/bin/env bash
# axum-api, actix-api and poem-api behind a real Better Auth server: two users, each with their own tasks, until their tokens expire.
# Stops at the first surprise. Needs what run.sh needs, and is called by it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here"

# shellcheck source=lib.sh
source lib.sh
services=(axum-api actix-api poem-api)
front_end=http://localhost:5173
processes=()
declare -A at

finish() {
    local status=$? process
    exec 5<&-
    for process in "${processes[@]}" "$server"; do
        stop "$process"
    done
    if ((status != 0)); then
        tail --lines=5 "$scratch"/*.log >&2 || true
        printf '\nbetter-auth services FAILED\n' >&2
    fi
    rm -rf "$scratch"
}
trap finish EXIT

# claim NAME TOKEN: of the payload.
claim() {
    node -p 'JSON.parse(Buffer.from(process.argv[2].split(".")[1], "base64url"))[process.argv[1]]' "$1" "$2"
}

# start_service NAME: with nothing in its environment but where Better Auth is, and what the story needs.
start_service() {
    local log=$scratch/$1.log program
    program=$(node -p '
        const messages = require("fs").readFileSync(process.argv[1], "utf8").trim().split("\n").map((line) => JSON.parse(line));
        messages.find((message) => message.executable && message.target.name === process.argv[2]).executable
    ' "$scratch/build" "$1")
    # Without leeway: a token that has expired is not accepted for another minute.
    env -i BETTER_AUTH_URL="$url" CORS_ORIGIN="$front_end" PORT=0 JWT_LEEWAY_SECONDS=0 "$program" >"$log" &
    processes+=($!)
    local deadline=$((SECONDS + patience))
    until at[$1]=$(grep --only-matching --max-count 1 'http://127\.0\.0\.1:[0-9]*' <(grep listening "$log")); do
        { kill -0 $! 2>/dev/null && ((SECONDS < deadline)); } || fail "$1 did not start"
        sleep 0.1
    done
    printf '    %s at %s\n' "$1" "${at[$1]}"
}

# ask STATUS TOKEN SERVICE PATH [BODY]: the answer's status is STATUS; its body is in $scratch/answer, its header fields in $scratch/fields.
ask() {
    local expected=$1 token=$2 address=${at[$3]}$4 found
    local options=(--silent --show-error --noproxy '*' --max-time "$patience" --header "authorization: Bearer $token" --header "origin: $front_end")
    (($# < 5)) || options+=(--header 'content-type: application/json' --data "$5")
    found=$(curl "${options[@]}" --output "$scratch/answer" --dump-header "$scratch/fields" --write-out '%{http_code}' "$address")
    [[ $found == "$expected" ]] || fail "$3: expected status $expected of $4, found $found: $(<"$scratch/answer")"
    # A page of the front end can read the answer, whatever it is.
    grep --quiet --ignore-case "^access-control-allow-origin: $front_end"$'\r' "$scratch/fields" || fail "$3: no CORS on status $found"
}

# says TEXT: the last answer's body has it.
says() {
    grep --quiet --fixed-strings -- "$1" "$scratch/answer" || fail "expected \"$1\" in the answer, found \"$(<"$scratch/answer")\""
}

# challenges TEXT: the last answer's challenge is this.
challenges() {
    grep --quiet --ignore-case --fixed-strings "www-authenticate: $1"$'\r' "$scratch/fields" ||
        fail "expected the challenge $1, found $(<"$scratch/fields")"
}

# sign_up NAME: and stays signed in, in a jar of their own.
sign_up() {
    local jar=$scratch/$1.cookies
    post_json sign-up/email "{\"name\":\"$1\",\"email\":\"$1@example.test\",\"password\":\"$password\"}" >"$scratch/answer"
}

# token_of NAME: a JWT.
token_of() {
    jar=$scratch/$1.cookies token
}

# keep_asking SERVICE TOKEN: until $scratch/enough is there. One status a line.
keep_asking() {
    until [[ -e $scratch/enough ]]; do
        curl --silent --noproxy '*' --max-time "$patience" --header "authorization: Bearer $2" --output /dev/null \
            --write-out '%{http_code}\n' "${at[$1]}/api/me" || true
    done
}

step '1. Build the services'
install
cargo build --quiet "${services[@]/#/--package=}" --message-format json-render-diagnostics >"$scratch/build"

step '2. Start Better Auth, and the services behind it'
start_server
printf '    better-auth at %s\n' "$url"
for service in "${services[@]}"; do
    start_service "$service"
done

step '3. Ada and Grace sign up'
sign_up ada
sign_up grace
ada=$(token_of ada)
grace=$(token_of grace)
ada_id=$(claim sub "$ada")
grace_id=$(claim sub "$grace")
printf '    ada is %s, grace is %s\n' "$ada_id" "$grace_id"

step '4. Each sees their own tasks'
for service in "${services[@]}"; do
    ask 201 "$ada" "$service" "/api/$ada_id/tasks" '{"title":"feed the cat"}'
    ask 200 "$ada" "$service" "/api/$ada_id/tasks"
    says 'feed the cat'
    ask 200 "$grace" "$service" "/api/$grace_id/tasks"
    [[ $(<"$scratch/answer") == '[]' ]] || fail "$service: grace sees $(<"$scratch/answer")"
    printf '    %s: ada has one, grace has none\n' "$service"
done

step "5. 403 on the other's, for reading and for writing"
for service in "${services[@]}"; do
    ask 403 "$grace" "$service" "/api/$ada_id/tasks"
    ask 403 "$grace" "$service" "/api/$ada_id/tasks" '{"title":"a dog"}'
    ask 403 "$ada" "$service" /api/reports
    challenges 'Bearer realm="api", error="insufficient_scope", scope="reports:read"'
    printf '    %s: refused\n' "$service"
done

step '6. The keys change, and not one request fails'
asking=()
for service in "${services[@]}"; do
    keep_asking "$service" "$ada" >"$scratch/$service.statuses" &
    asking+=($!)
done
only_here rotate
renewed=$(token_of ada)
[[ $(key_id "$renewed") != "$(key_id "$ada")" ]] || fail 'the server still signs with the old key'
for service in "${services[@]}"; do
    for token in "$renewed" "$ada" "$renewed"; do
        ask 200 "$token" "$service" "/api/$ada_id/tasks"
    done
done
touch "$scratch/enough"
wait "${asking[@]}"
for service in "${services[@]}"; do
    asked=$(wc --lines <"$scratch/$service.statuses")
    ((asked > 0)) || fail "$service was not asked in the meantime"
    ! grep --invert-match --line-regexp 200 "$scratch/$service.statuses" || fail "$service failed a request while the keys changed"
    printf '    %s: %d requests with the old key in the meantime, all answered with 200\n' "$service" "$asked"
done

step '7. 401 when the token has expired'
only_here shorten
short=$(token_of ada)
until (($(date +%s) > $(claim exp "$short"))); do
    sleep 0.2
done
for service in "${services[@]}"; do
    ask 401 "$short" "$service" /api/me
    challenges 'Bearer realm="api", error="invalid_token"'
    grep --quiet '"refused":"expired"' "$scratch/$service.log" || fail "$service has another reason than that the token expired"
    printf '    %s: the client is told invalid_token, the log says expired\n' "$service"
done

step '8. No token is in a log, and the services end when they are asked'
for process in "${processes[@]}"; do
    kill -TERM "$process"
    wait "$process" || fail "a service ended with status $?"
done
processes=()
for token in "$ada" "$grace" "$renewed" "$short"; do
    # A signature may begin with a dash. A search that fails (2) has found nothing out, so it is no proof.
    found=0
    grep --quiet --fixed-strings --regexp "${token##*.}" "$scratch"/*.log || found=$?
    ((found == 1)) || fail 'a log has a token, or cannot be searched'
done
printf '    none\n'

printf '\nbetter-auth services passed in %d s\n' "$SECONDS"
