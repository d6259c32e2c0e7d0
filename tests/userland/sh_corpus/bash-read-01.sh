#!/bin/bash
read -r a b <<< "one two three"; echo "$a|$b"; read -a arr <<< "x y z"; echo ${arr[1]} ${#arr[@]}; read -d : v <<< "ab:cd"; echo $v; read -n 2 w <<< "hello"; echo $w; mapfile -t lines <<< $'l1\nl2'; echo ${#lines[@]} ${lines[1]}; while IFS== read -r k v; do echo "$k->$v"; done <<< $'a=1\nb=2=3'
