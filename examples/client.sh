#!/usr/bin/env bash
# A whole client of a TinySync server in bash, curl and jq: docs/protocol.md is all that it was written from.
# It keeps a vault's tree in a directory, but no contents: get and put carry these.
#
#   client.sh register SERVER NAME [CODE]   becomes a device, by a pairing code if there is one
#   client.sh vaults | use VAULT            vaults that it reaches; takes one of them, by its id
#   client.sh pull | ls                     replays the log; shows the tree as it was replayed
#   client.sh get PATH FILE | put FILE PATH | mkdir PATH | mv PATH NEWPATH | rm PATH
#
# CLIENT_STATE   the directory that makes it a device (default: ~/.tinysync-client)
# Exit codes: 0 done, 1 failed, 3 rejected: somebody else was faster. Pull, look, and decide again.
set -euo pipefail
shopt -s inherit_errexit
umask 077

state=${CLIENT_STATE:-$HOME/.tinysync-client}
root=00000000-0000-0000-0000-000000000000
mkdir -p "$state"

fail() {
  printf 'client: %s\n' "$1" >&2
  exit "${2:-1}"
}
kept() { cat "$state/$1" 2>/dev/null || printf '%s' "${2:-}"; }
keep() { cat >"$state/$1.new" && sync "$state/$1.new" && mv "$state/$1.new" "$state/$1"; }

# The answer is in $state/answer. The token is read from a file: arguments are for all to see.
call() { # method, path, more for curl
  local auth=()
  [[ ! -e $state/auth ]] || auth=(-H "@$state/auth")
  status=$(curl -sS -X "$1" "$(kept server)$2" -H 'TinySync-Protocol: 1' "${auth[@]}" \
    -o "$state/answer" -w '%{http_code}' "${@:3}")
}
# The same, where anything but success is the end.
must() {
  call "$@"
  ((status < 300)) || fail "$(jq -r '.code + ": " + (.detail // .title)' "$state/answer")"
}
json() { must "$1" "$2" -H 'Content-Type: application/json' --data-binary @- <<<"$3"; }
answer() { jq -r "$@" "$state/answer"; }

# A UUIDv7: 48 bits of milliseconds, the version, the variant, and chance.
new_id() {
  local time chance
  printf -v time '%012x' "$(date +%s%3N)"
  chance=$(od -An -N10 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s-%s-7%s-8%s-%s' "${time:0:8}" "${time:8:4}" "${chance:0:3}" "${chance:3:3}" "${chance:6:12}"
}

vault() { printf '/v1/vaults/%s' "$(kept vault)"; }

# The tree is {item_id: item}, of live items. What has lost its folder is gone with it.
readonly tree_rules='
  def pruned: . as $tree
    | with_entries(select(.value.parent_item_id as $above | $above == $root or $tree[$above] != null))
    | if length == ($tree | length) then . else pruned end;
  def applied($entry):
    if $entry.scope == "none" or $entry.kind == "purge" then .
    elif $entry.item.deleted_at_seq then del(.[$entry.item.item_id]) | pruned
    else .[$entry.item.item_id] = $entry.item end;
  def path($tree): if .parent_item_id == $root then .name else ($tree[.parent_item_id] | path($tree)) + "/" + .name end;'
tree() { kept tree '{}' | jq --arg root "$root" "$@"; }

# A restored subtree is one entry, and what came back with it is known to a snapshot only; so is a subtree of an unknown kind.
needs_snapshot() {
  answer '[.entries[] | select(.scope == "subtree" and .kind != "delete_subtree" and .kind != "purge")] | length > 0'
}

# The chain of an entry: SHA-256 of the chain before and of the entry as RFC 8785 JSON, cut to 16 bytes.
check_chains() {
  local entry chain
  chain=$(kept cursor "1.0.$(printf '%032d' 0)" | cut -d. -f3)
  while IFS= read -r entry; do
    chain=$({
      printf "$(sed 's/../\\x&/g' <<<"$chain")"
      jq -cSj 'del(.chain)' <<<"$entry"
    } | sha256sum | cut -c1-32)
    [[ $chain == "$(jq -r .chain <<<"$entry")" ]] || fail "entry $(jq .seq <<<"$entry") is not of this history"
  done < <(answer -c '.entries[]')
}

snapshot() {
  must GET "$(vault)/snapshot" --compressed
  [[ $(head -n -1 "$state/answer" | sha256sum | cut -c1-64) == "$(tail -n 1 "$state/answer" | jq -r .sha256)" ]] ||
    fail 'the snapshot was cut short'
  sed '1d;$d' "$state/answer" | jq -s 'map({(.item_id): .}) | add // {}' | keep tree
  head -n 1 "$state/answer" | jq -r '"\(.epoch).\(.seq).\(.chain)"' | keep cursor
}

pull() {
  [[ -e $state/cursor ]] || snapshot
  while :; do
    call GET "$(vault)/log?after=$(kept cursor)"
    case $status in
      200) ;;
      410) snapshot && continue ;; # the entries after the cursor are no longer kept
      *) fail "$(answer '.code + ": " + .detail')" ;;
    esac
    [[ $(answer '.entries | length') != 0 ]] || return 0
    check_chains
    if [[ $(needs_snapshot) == true ]]; then
      snapshot
    else
      tree --slurpfile page "$state/answer" "$tree_rules"'reduce $page[0].entries[] as $entry (.; applied($entry))' | keep tree
      answer '.entries[-1] | "\(.epoch).\(.seq).\(.chain)"' | keep cursor
    fi
  done
}

# The item at a path; nothing where there is none.
item() { tree -c --arg path "$1" "$tree_rules"'. as $tree | .[] | select(path($tree) == $path)'; }
existing() {
  local found
  found=$(item "$1")
  [[ -n $found ]] || fail "there is no $1"
  printf '%s' "$found"
}
# Where a path's last name belongs: {parent_item_id, name}.
place() {
  local parent=$root
  [[ $1 != */* ]] || parent=$(existing "${1%/*}" | jq -r .item_id)
  jq -nc --arg parent "$parent" --arg name "${1##*/}" '{parent_item_id: $parent, name: $name}'
}

# An op is on the disk with its op_id before it is sent, and is sent until it is answered: it takes effect once.
submit() { # the item or the place that it is about, more for jq that makes it the op without its op_id
  jq -ce --arg op "$(new_id)" --arg new "$(new_id)" "${@:2}"' | .op_id = $op' <<<"$1" | keep pending
  resend
}

resend() {
  [[ -e $state/pending ]] || return 0
  local number=$(($(kept request_no 0) + 1))
  keep request_no <<<"$number"
  jq --argjson number "$number" --arg cursor "$(kept cursor)" '{request_no: $number, ops: [.], cursor:
    ($cursor | split(".") | {epoch: .[0] | tonumber, seq: .[1] | tonumber, chain: .[2]})}' "$state/pending" | keep request
  json POST "$(vault)/mutations" "$(kept request)"
  rm "$state/pending"
  [[ $(answer '.results[0].status') == accepted ]] || fail "$(answer '.results[0] | .code + ": " + .message')" 3
}

# Bytes go ahead of the op that names them.
put() { # file, path
  local sha256 facts about
  sha256=$(sha256sum <"$1" | cut -c1-64)
  facts=$(jq -nc --arg sha256 "$sha256" --argjson size "$(stat -c %s "$1")" --argjson mode "$((8#$(stat -c %a "$1") & 8#777))" \
    --arg mtime "$(date -r "$1" +%s%N)" '{content: {sha256: $sha256, size: $size}, mode: $mode, mtime: $mtime}')
  must PUT "$(vault)/blobs/$sha256" -H 'Content-Type: application/octet-stream' -T "$1"
  about=$(item "$2")
  if [[ -n $about ]]; then
    submit "$about" --argjson facts "$facts" \
      '{kind: "update_content", item_id, base_content_version: .content_version} + $facts'
  else
    about=$(place "$2")
    submit "$about" --argjson facts "$facts" '. + {kind: "create_file", item_id: $new} + $facts'
  fi
}

get() { # path, file
  local content
  content=$(existing "$1" | jq -c .content)
  must GET "$(vault)/blobs/$(jq -r .sha256 <<<"$content")"
  [[ $(sha256sum <"$state/answer" | cut -c1-64) == "$(jq -r .sha256 <<<"$content")" ]] || fail "$1 came with other bytes"
  cp "$state/answer" "$2"
}

case ${1:-} in
  register)
    keep server <<<"$2"
    json POST /v1/devices "$(jq -n --arg name "$3" --arg code "${4:-}" \
      '{display_name: $name} + if $code == "" then {} else {pairing_code: $code} end')"
    answer '"Authorization: Bearer " + .token' | keep auth
    answer .device_id
    ;;
  vaults) must GET /v1/vaults && answer '.vaults[] | .vault_id + " " + .name' ;;
  use)
    [[ ! -e $state/pending ]] || fail 'an op is not answered yet: pull first'
    rm -f "$state"/{cursor,tree}
    keep vault <<<"$2" && pull
    ;;
  pull) resend && pull ;;
  ls) tree -r "$tree_rules"'. as $tree | .[] | path($tree) + if .kind == "folder" then "/" else "" end' | sort ;;
  get) get "$2" "$3" ;;
  put) put "$2" "$3" ;;
  mkdir)
    about=$(place "$2")
    submit "$about" '. + {kind: "create_folder", item_id: $new, mode: 493, mtime: "0"}'
    ;;
  mv)
    about=$(existing "$2")
    place=$(place "$3")
    submit "$about" --argjson place "$place" \
      '{kind: "move_rename", item_id, base_placement_version: .placement_version} + $place'
    ;;
  rm)
    about=$(existing "$2")
    submit "$about" '{kind: "delete", item_id, base_content_version: .content_version}'
    ;;
  *) fail "usage: sed -n '2,12p' $0" 2 ;;
esac
