# What run.sh and services.sh have in common: a Better Auth server, and requests to it. To be sourced.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source this

# How long an answer may take, in seconds. Nothing here takes one; a hang is a failure, not a wait.
patience=30

password='correct horse battery staple'
scratch=$(mktemp -d)
# Where the session of the user is kept who asks.
jar=$scratch/cookies
server=''
url=''

stop() {
    [[ -n $1 ]] || return 0
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

step() {
    printf '\n%s\n' "$*"
}

# To loopback directly, whatever proxy is set.
request() {
    curl --silent --show-error --fail-with-body --noproxy '*' --max-time "$patience" "$@"
}

# post_json PATH BODY: as a browser would from the server's own pages. Better Auth looks at `Origin`.
post_json() {
    request --cookie "$jar" --cookie-jar "$jar" \
        --header 'content-type: application/json' --header "origin: $url" --data "$2" "$url/api/auth/$1"
}

# member NAME: of the JSON object on standard input, and nothing but a string.
member() {
    node -e '
        const value = JSON.parse(require("fs").readFileSync(0, "utf8"))[process.argv[1]];
        if (typeof value !== "string") throw new Error(`no string "${process.argv[1]}" in the answer`);
        console.log(value);
    ' "$1"
}

# A JWT for whoever is signed in.
token() {
    request --cookie "$jar" "$url/api/auth/token" | member token
}

key_id() {
    node -p 'JSON.parse(Buffer.from(process.argv[1].split(".")[0], "base64url")).kid' "$1"
}

# install: the server's packages, when they are not there, or older than package-lock.json.
install() {
    # npm writes this file last.
    [[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --loglevel error
}

# start_server: on a free port, as `url`. Its answers to what this example alone asks for need `example_token`.
start_server() {
    example_token=$(node -p 'require("crypto").randomBytes(16).toString("hex")')
    mkfifo "$scratch/url"
    PORT=0 EXAMPLE_TOKEN=$example_token node server.mjs >"$scratch/url" &
    server=$!
    exec 5<"$scratch/url"
    IFS= read -r -t "$patience" url <&5 || fail 'the server did not start'
}

# only_here PATH: what the server does for this example alone.
only_here() {
    request --request POST --header "authorization: Bearer $example_token" "$url/$1"
}
