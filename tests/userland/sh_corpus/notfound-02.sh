# compare: stderr
''; echo $?; x=; $x; echo $?; "$x"; echo $?
