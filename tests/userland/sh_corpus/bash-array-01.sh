#!/bin/bash
a=(one "two three" four); echo ${a[0]} "${a[1]}" ${#a[@]} ${#a[1]} "${a[@]:1}" ${!a[@]}; a+=(five); a[10]=ten; echo "${a[*]}" ${#a[*]} ${!a[*]}; unset 'a[1]'; echo "${a[@]}"; for x in "${a[@]}"; do echo "<$x>"; done
