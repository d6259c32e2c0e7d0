# compare: stderr
read; echo $?; read 1x; echo $?
