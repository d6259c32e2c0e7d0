set -- 'a  b' c; echo $* "$*" $@ "$@"; echo ${*} ${@}; x="$*"; echo "$x"; x=$*; echo "$x"; x=$@; echo "$x"
