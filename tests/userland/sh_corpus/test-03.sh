[ 1 -lt 2 ]; echo $?; [ 2 -le 1 ]; echo $?; [ 3 -gt 2 ]; echo $?; [ 3 -ge 4 ]; echo $?; [ 3 -ne 3 ]; echo $?; [ -1 -eq -1 ]; echo $?; [ 010 -eq 10 ]; echo $?
