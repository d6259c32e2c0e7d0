times >/dev/null; echo $?; ulimit -n >/dev/null; echo $?; hash -r; echo $?; hash nosuch 2>/dev/null; echo $?
