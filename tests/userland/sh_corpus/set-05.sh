set -o | cat; set -o noglob; set -o | while read a b; do [ $a = noglob ] && echo $b; done; set +o | cat
