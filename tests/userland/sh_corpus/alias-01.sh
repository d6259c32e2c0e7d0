alias hi='echo hello'
hi there
unalias hi
hi 2>/dev/null; echo $?
