#!/bin/bash
f() { local -i n=2+3; echo $n; }; f; function g { echo g $1; }; g x; echo $'a\tb\x41\u00e9' ; cat <<< "here $((1+1))"; printf '%q %s\n' "a b" x; printf -v v '%03d' 7; echo $v; echo a &> /dev/null; echo ${FUNCNAME[0]}; type -t echo
