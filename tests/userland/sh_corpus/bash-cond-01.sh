#!/bin/bash
[[ abc == a* ]]; echo $?; [[ abc == "a*" ]]; echo $?; [[ a < b && b > a ]]; echo $?; x='a b'; [[ -n $x && $x = 'a b' ]]; echo $?; [[ ! -e /nofile || -z x ]]; echo $?; [[ 5 -gt 3 ]]; echo $?; [[ ab =~ ^(a)(b)$ ]]; echo $? ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}; [[ (a == b) || c == c ]]; echo $?
