printf '%s-%s-%s\n' a b c d; printf 'x\n' extra args; printf -- '-a\n'; printf '%d %d\n' 1; printf '%x\n' -1
