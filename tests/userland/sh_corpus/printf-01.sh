printf '%s\n' a b; printf '%d %s\n' 1 a 2 b; printf 'no newline'; printf '\n'; printf '%s %s\n' only
