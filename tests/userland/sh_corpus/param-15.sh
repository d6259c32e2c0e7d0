IFS=:; set -- a b c; echo "$*" "$@"; IFS=; echo "$*"; unset IFS; echo "$*"
