#!/bin/bash
declare -i n=5; n+=3; echo $n; declare -r c=1; declare -x E=exp; bash -c 'echo $E'; declare -a arr=(1 2); declare -p arr n; declare -l low=ABC; echo $low; declare -u up=abc; echo $up; declare -n ref=up; echo $ref; typeset t=1; echo $t
