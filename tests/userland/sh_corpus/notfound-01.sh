# compare: stderr
nosuchcommand; echo $?; ./nofile; echo $?; touch notexec; ./notexec; echo $?; /; echo $?
