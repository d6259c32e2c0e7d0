echo $(echo '*') "$(echo '*' | cat)"; echo "$(printf '%s' "a\\b")"
