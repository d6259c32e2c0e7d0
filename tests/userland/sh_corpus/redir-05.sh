echo a 1> f; cat 0< f; echo b 1>>f; cat f; > empty; cat empty; echo $?
