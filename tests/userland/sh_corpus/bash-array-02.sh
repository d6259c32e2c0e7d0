#!/bin/bash
declare -A m; m[key]=v; m["a b"]=c; echo "${m[key]}" "${m[a b]}" ${#m[@]}; a=(); echo ${#a[@]}; a[2]=x; echo "${a[-1]}"; b=("${a[@]}" y); echo "${b[@]}"; i=1; b[i+1]=z; echo ${b[2]}
