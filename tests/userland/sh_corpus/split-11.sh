IFS=/; p=/usr/bin; set -- $p; echo $# "[$1]" "[$2]" "[$3]"
