#!/bin/bash
f() { local x=1 y; y=2; g; echo $x $y; }; g() { x=9; }; f; echo "[$x]"; h() { local -a a=(1 2); echo ${a[@]}; local -A m=([k]=v); echo ${m[k]}; }; h; echo "[${a[@]}]"; unset nosuch; echo ${BASH_VERSION:+set} $BASH_SUBSHELL; (echo $BASH_SUBSHELL)
