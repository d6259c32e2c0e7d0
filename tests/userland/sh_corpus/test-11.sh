[ ' 5 ' -eq 5 ]; echo $?; [ +5 -eq 5 ]; echo $?; [ 1 -eq 1 -a 2 -eq 2 -o 3 -eq 4 ]; echo $?
