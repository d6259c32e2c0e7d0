trap 'echo $?; false; echo t' USR1; (exit 4); kill -USR1 $$; echo $?
