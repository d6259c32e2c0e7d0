# compare: stderr
[ a b ]; echo $?; [ 1 -eq x ]; echo $?; [ a; echo $?; test a -eq 1; echo $?; test '' -eq 0; echo $?
