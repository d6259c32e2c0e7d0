cat < nofile; echo $?; echo x > nodir/f; echo $?; echo still
