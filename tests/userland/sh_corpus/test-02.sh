test -n x; echo $?; test -z ''; echo $?; test -n ''; echo $?; test -n; echo $?; test -z x; echo $?; test ! x; echo $?
